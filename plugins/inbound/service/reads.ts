// Inbound orders and receipts as they are, one or a page at a time.
import { timestampOf, type Kernel, type Page } from '#kernel'
import { canonical } from '../../catalog/public.js'
import { isInReach, type Reach } from '../../external-api/public.js'
import type { InventoryService } from '../../inventory/public.js'
import { viewOf, type Inbound } from '../domain/inbound.js'
import { docName } from '../domain/names.js'
import { inboundNotFound, receiptNotFound, unknownWarehouse } from '../errors.js'
import type { InboundFilters, InboundView } from '../schemas/inbound.js'
import type { ReceiptFilters, ReceiptView } from '../schemas/receipts.js'
import { inboundPage, readInbound } from '../store/inbound.js'
import { readReceipt, receiptPage } from '../store/receipts.js'

export interface InboundReads {
  list: (reach: Reach, filters: InboundFilters) => Promise<Page<InboundView>>
  /** @throws AppError 404 */
  get: (reach: Reach, name: string) => Promise<InboundView>
  receipts: (reach: Reach, filters: ReceiptFilters) => Promise<Page<ReceiptView>>
  /** @throws AppError 404 */
  receipt: (reach: Reach, name: string) => Promise<ReceiptView>
}

const sinceOf = (updatedSince: string | undefined): string | null => updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince)
const positionOf = ({ updatedAt, id }: { updatedAt: string, id: string }): string[] => [updatedAt, id]

export function createInboundReads (kernel: Kernel, { warehouse: findWarehouse }: Pick<InventoryService, 'warehouse'>): InboundReads {
  const find = async (reach: Reach, name: string): Promise<Inbound> => {
    const inbound = await readInbound(kernel.db, reach.ownerId, docName(name))
    if (inbound === undefined || !isInReach(reach, inbound.warehouse.id)) throw inboundNotFound()
    return inbound
  }
  return {
    async list ({ ownerId, warehouseIds: within }, { limit, cursor, sort = 'updatedAt', ...filters }) {
      const { updatedSince, status, kind, externalRef, supplier, warehouse, expectedUntil } = filters
      const warehouseId = warehouse === undefined
        ? null
        : (await findWarehouse(kernel.db, canonical(warehouse), { within, refusal: unknownWarehouse })).id
      return await kernel.page({
        scope: ['inbound.list', ownerId, within, sort, Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)],
        limit,
        cursor,
        read: async (after, limit) => await inboundPage(kernel.db, {
          ownerId,
          within,
          updatedSince: sinceOf(updatedSince),
          statuses: status ?? null,
          kind: kind ?? null,
          externalRefs: externalRef?.map(canonical) ?? null,
          suppliers: supplier ?? null,
          warehouseId,
          expectedUntil: expectedUntil ?? null,
          newestFirst: sort === '-updatedAt',
          after,
          limit
        }),
        positionOf,
        toView: row => row
      })
    },
    get: async (reach, name) => viewOf(await find(reach, name)),
    async receipts (reach, { limit, cursor, updatedSince, inboundOrder, reference }) {
      const { ownerId, warehouseIds: within } = reach
      const inboundOrderId = inboundOrder === undefined ? null : (await find(reach, inboundOrder)).id
      return await kernel.page({
        scope: ['receipt.list', ownerId, within, updatedSince, inboundOrder, reference],
        limit,
        cursor,
        read: async (after, limit) => await receiptPage(kernel.db, {
          ownerId, within, updatedSince: sinceOf(updatedSince), inboundOrderId, references: reference?.map(canonical) ?? null, after, limit
        }),
        positionOf,
        toView: row => row
      })
    },
    async receipt (reach, name) {
      const receipt = await readReceipt(kernel.db, reach.ownerId, docName(name))
      if (receipt === undefined || !isInReach(reach, receipt.warehouse.id)) throw receiptNotFound()
      return receipt
    }
  }
}
