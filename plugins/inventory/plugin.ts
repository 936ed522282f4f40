// Stock: batches, the ledger of movements, and what it adds up to.
import { definePlugin, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import type { CatalogService } from '../catalog/public.js'
import type { LocationsService } from '../locations/public.js'
import { createLocationChanged } from './service/location-changes.js'
import type { ReferenceService } from '../reference/public.js'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import { onStockFreed, openBook } from './service/open-book.js'
import { guardProducts } from './service/guard.js'
import { findWarehouse } from './store/places.js'
import type { BatchRelease, InventoryService } from './public.js'
import { batchReadRoutes, batchWriteRoutes } from './routes/batches.js'
import { stockChangeRoutes, stockReadRoutes } from './routes/stock.js'
import {
  Batch, BatchExpiry, BatchPage, BatchSettings, BatchStatusChanged, BatchStatusSettings, CreateBatch, SetBatchStatus, UpdateBatch
} from './schemas/batches.js'
import {
  AdjustSettings, AdjustStock, MovementPage, SetSettings, SetStock, StockChange, StockChangeAnswer, StockMovement, TransferSettings, TransferStock
} from './schemas/movements.js'
import {
  BatchStock, LocationStock, ProductStock, QueryStock, SkuStock, StockAlert, StockAnswer, StockBuckets, StockCause, StockPage, StockState, StockUpdate
} from './schemas/stock.js'
import { listBatches } from './service/batch-list.js'
import { NO_RELEASE, setBatchStatus } from './service/batch-status.js'
import { createBatches } from './service/batches.js'
import { createExpiryRound } from './service/expiry.js'
import { listMovements } from './service/movement-list.js'
import { createStockChanges } from './service/stock-documents.js'
import { openLines } from './service/stock-lines.js'
import { createStockReads } from './service/stock-reads.js'
import { sentFor } from './store/movements.js'

const STATE_EVENTS = ['stock.updated', 'stock.low', 'stock.out', 'stock.back_in_stock']
const STOCK_EVENTS = ['stock.movement_created', ...STATE_EVENTS]
const EXPIRY_EVERY_MS = 600_000

export default definePlugin({
  id: 'inventory',
  title: 'Inventory',
  summary: 'Batches and stock: an append-only ledger of movements, and what it adds up to.',
  category: 'Other Integrations',
  requires: ['external-api', 'reference', 'catalog', 'locations'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'batch.list': {
      title: 'List batches',
      access: 'client',
      description:
        'By last change, oldest first. To keep a copy, pass `asOf` of one walk as `updatedSince` of the next. By expiry date: only batches that have one.'
    },
    'batch.get': { title: 'Read a batch', access: 'client', description: 'What it is; `stock.get` has where it lies.' },
    'batch.create': {
      title: 'Register a batch',
      access: 'client',
      settings: BatchSettings,
      emits: ['batch.created'],
      description: 'Before its goods come in, or to say more than its code and expiry date: goods that come in make their batch themselves.'
    },
    'batch.update': {
      title: 'Change a batch',
      access: 'client',
      settingsOf: 'batch.create',
      emits: ['batch.updated', ...STATE_EVENTS],
      description:
        'JSON merge patch (RFC 7396; as `application/merge-patch+json` or `application/json`): null clears a field. A call that changes nothing leaves ' +
          'version and events alone. The expiry date of a batch in stock stays, unless the operator allows otherwise.'
    },
    'batch.setStatus': {
      title: 'Set the status of a batch',
      access: 'client',
      on: false,
      settings: BatchStatusSettings,
      emits: ['batch.status_changed', ...STATE_EVENTS],
      description:
        'Puts a batch in quarantine, blocks, recalls or releases it, wherever it lies. What orders have allocated of it is deallocated when it is no ' +
          'longer released. A recall is final. The same status again changes nothing. Not for clients that are limited to some warehouses.'
    },
    'stock.list': {
      title: 'List stock',
      access: 'client',
      description: 'One row per product and warehouse, by last change. To keep a copy, pass `asOf` of one walk as `updatedSince` of the next.'
    },
    'stock.get': { title: 'Read the stock of a product', access: 'client', description: 'In all warehouses, by batch and by location.' },
    'stock.query': {
      title: 'Ask for the stock of many SKUs',
      access: 'client',
      readOnly: true,
      description: 'One answer for at most 500 SKUs: sums over all warehouses, or of one.'
    },
    'stock.adjust': {
      title: 'Adjust stock',
      access: 'client',
      on: false,
      settings: AdjustSettings,
      emits: ['stock.adjusted', 'batch.created', ...STOCK_EVENTS],
      description: 'Signed lines with a reason, all or none. Lines on the same stock are summed. Goods that come in make their batch if no one knows it.'
    },
    'stock.set': {
      title: 'Set stock to what was counted',
      access: 'client',
      on: false,
      settings: SetSettings,
      emits: ['stock.adjusted', 'batch.created', ...STOCK_EVENTS],
      description: 'Absolute quantities, all or none; 409 when something else lies there than `expectedOnHand`.'
    },
    'stock.transfer': {
      title: 'Transfer stock',
      access: 'client',
      on: false,
      settings: TransferSettings,
      emits: STOCK_EVENTS,
      description:
        'To another location or another status, all or none; to another warehouse where the operator allows it. What is reserved stays; what is expired ' +
          'or blocked may move.'
    },
    'movement.list': {
      title: 'List movements', access: 'client', description: 'The ledger: never changed, never shortened. The sums of its rows are the stock.'
    }
  }),
  events: {
    'batch.created': { title: 'A batch was created', description: 'Also when goods of a new batch come in.', data: Batch, kind: 'fact' },
    'batch.updated': { title: 'A batch was changed', description: '`previous` has the former values of the changed fields.', data: Batch, kind: 'state' },
    'batch.status_changed': {
      title: 'A batch was put out of sale or back',
      description: '`stock.updated` has what that does to each warehouse.',
      data: BatchStatusChanged,
      kind: 'fact',
      spansWarehouses: true
    },
    'batch.expiring': {
      title: 'A batch comes near its expiry date',
      description: 'Once, as many days before as the settings of `batch.setStatus` say. By the first time zone where it lies; a changed date begins again.',
      data: BatchExpiry,
      kind: 'fact',
      spansWarehouses: true
    },
    'batch.expired': {
      title: 'A batch has expired',
      description: 'Once, when its last good day is over in the first time zone where it lies. `stock.updated` has what that does to each warehouse.',
      data: BatchExpiry,
      kind: 'fact',
      spansWarehouses: true
    },
    'stock.updated': {
      title: 'Stock was updated',
      description: 'The state of a product in a warehouse, whatever changed it; the one with the highest `version` is right.',
      data: StockUpdate,
      kind: 'state'
    },
    'stock.movement_created': { title: 'Stock moved', description: 'A row of the ledger.', data: StockMovement, kind: 'fact' },
    'stock.adjusted': { title: 'Stock was adjusted', data: StockChange, kind: 'fact' },
    'stock.low': { title: 'Stock is low', description: 'Available stock has come to the reorder point or below.', data: StockAlert, kind: 'fact' },
    'stock.out': { title: 'Stock is out', description: 'Nothing is available any more.', data: StockAlert, kind: 'fact' },
    'stock.back_in_stock': { title: 'Stock is back', description: 'Something is available again, or for the first time.', data: StockAlert, kind: 'fact' }
  },
  errors,
  schemas: [
    StockBuckets, BatchStock, LocationStock, StockState, StockCause, StockUpdate, StockAlert, StockPage, ProductStock, QueryStock, SkuStock, StockAnswer,
    StockMovement, MovementPage, AdjustStock, SetStock, TransferStock, StockChange, StockChangeAnswer,
    Batch, BatchPage, BatchStatusChanged, BatchExpiry, CreateBatch, UpdateBatch, SetBatchStatus
  ],
  register (app, kernel) {
    const catalog = kernel.services.use<CatalogService>('catalog')
    const services = { kernel, catalog }
    const reads = createStockReads(kernel, catalog)
    let release: BatchRelease = NO_RELEASE
    const service: InventoryService = {
      open: async (tx, ownerId, wanted, known) => await openBook(services, tx, ownerId, { wanted, known }),
      openLines: async (tx, ownerId, lines) => await openLines(services, tx, ownerId, lines),
      warehouse: findWarehouse,
      sent: sentFor,
      list: reads.list,
      get: reads.get,
      movements: async (reach, filters) => await listMovements(kernel, catalog, reach, filters),
      onBatchUnsold: given => { release = given },
      onStockFreed: given => { onStockFreed(kernel, given) }
    }
    kernel.services.provide(service)
    kernel.services.use<LocationsService>('locations').onLocationChanged(createLocationChanged(services))
    guardProducts(kernel, catalog)
    const batches = createBatches(services)
    batchReadRoutes(app, batches, async (ownerId, filters) => await listBatches(kernel, catalog, ownerId, filters))
    batchWriteRoutes(app, kernel, batches, async (tx, scope, id, input) =>
      await setBatchStatus({ ...services, release: () => release }, tx, { ...scope, id }, input))
    kernel.background.worker({ name: 'batch-expiry', everyMs: EXPIRY_EVERY_MS, run: createExpiryRound(services) })
    stockReadRoutes(app, reads, service)
    stockChangeRoutes(app, kernel, createStockChanges(services, kernel.services.use<ReferenceService>('reference')))
  }
})
