// Stock as it is now: of one product, of a question's SKUs, or page by page. Expiry is judged today, where each warehouse is.
import { badQuery, compareText, timestampOf, toDecimal, toUnits, type Kernel, type Page, type Static } from '#kernel'
import { canonical, parseAlias, skuKey, type CatalogService } from '../../catalog/public.js'
import { isInReach, type Reach } from '../../external-api/public.js'
import { dayIn } from '../domain/dates.js'
import { badProduct } from '../errors.js'
import { findWarehouse } from '../store/places.js'
import type { LocationSums, ProductStockView, SkuStock, Buckets, StockFilters, StockQuery, LevelState } from '../schemas/stock.js'
import { batchesOf, bucketsOf, type Item } from '../domain/state.js'
import { stockOfProduct, stockOfSkus, stockPage, type LyingThere, type StockRow } from '../store/stock.js'

export interface StockReads {
  list: (reach: Reach, filters: StockFilters) => Promise<Page<LevelState>>
  get: (reach: Reach, product: string) => Promise<ProductStockView>
  query: (reach: Reach, question: StockQuery) => Promise<{ data: Array<Static<typeof SkuStock>>, unknown: string[] }>
}

export function createStockReads (kernel: Kernel, catalog: CatalogService): StockReads {
  const today = (timezone: string): string => dayIn(timezone, kernel.clock.now())
  const bucketsOfRow = (row: StockRow): Buckets => bucketsOf(row, row.items.map(toItem), unitsOf(row), today(row.timezone))
  const stateOf = (row: StockRow, withLocations: boolean): LevelState => {
    const items = row.items.map(toItem)
    return {
      product: { id: row.productId, sku: row.sku, externalRef: row.externalRef },
      warehouse: { id: row.warehouseId!, code: row.warehouse },
      ...bucketsOf(row, items, unitsOf(row), today(row.timezone)),
      byBatch: batchesOf(row, items, today(row.timezone)),
      asOfSeq: row.lastSeq,
      version: row.version,
      updatedAt: row.updatedAt,
      ...withLocations ? { byLocation: locationsOf(items) } : {}
    }
  }

  return {
    async list ({ ownerId, warehouseIds: within }, { limit, cursor, sort = 'updatedAt', updatedSince, warehouse, include }) {
      const warehouseId = warehouse === undefined
        ? null
        : (await findWarehouse(kernel.db, canonical(warehouse), {
            within, refusal: () => badQuery('warehouse', 'names no warehouse: use the code or the id of one')
          })).id
      const since = updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince)
      return await kernel.page({
        scope: ['stock.list', ownerId, within, sort, updatedSince, warehouse],
        limit,
        cursor,
        read: async (after, limit) =>
          await stockPage(kernel.db, { ownerId, updatedSince: since, warehouseId, within, newestFirst: sort === '-updatedAt', after, limit }),
        positionOf: row => [row.updatedAt, row.productId, row.warehouseId!],
        toView: row => stateOf(row, include === 'locations')
      })
    },

    async get ({ ownerId, ...reach }, alias) {
      const { id, sku, externalRef } = await catalog.byAlias(kernel.db, ownerId, parseAlias(alias, badProduct('path')))
      const rows = (await stockOfProduct(kernel.db, id)).filter(({ warehouseId }) => isInReach(reach, warehouseId!))
      return { product: { id, sku, externalRef }, ...total(rows.map(bucketsOfRow)), warehouses: rows.map(row => stateOf(row, true)) }
    },

    async query ({ ownerId, warehouseIds: within }, { skus, warehouse }) {
      const warehouseId = warehouse === undefined ? null : (await findWarehouse(kernel.db, canonical(warehouse), { within })).id
      const keys = [...new Set(skus.map(skuKey))]
      const byKey = new Map<string, StockRow[]>()
      for (const row of await stockOfSkus(kernel.db, ownerId, keys, warehouseId === null ? within : [warehouseId])) {
        byKey.set(row.skuKey, [...byKey.get(row.skuKey) ?? [], row])
      }
      const data = keys.flatMap(key => {
        const rows = byKey.get(key)
        if (rows === undefined) return []
        const [{ sku, productId, externalRef }] = rows as [StockRow]
        return [{ sku, productId, externalRef, ...total(rows.filter(row => row.warehouseId !== null).map(bucketsOfRow)) }]
      })
      const unknown = new Set<string>()
      return { data, unknown: skus.filter(sku => !byKey.has(skuKey(sku)) && !unknown.has(skuKey(sku)) && unknown.add(skuKey(sku))) }
    }
  }
}

const unitsOf = ({ backordered, incoming }: StockRow): { backordered: number, incoming: number } =>
  ({ backordered: toUnits(backordered), incoming: toUnits(incoming) })

function toItem ([batchId, code, expiryDate, batchStatus, locationId, location, sellable, locked, pickable, status, onHand, reserved]: LyingThere): Item {
  return {
    batch: batchId === '' ? null : { id: batchId, code: code!, expiryDate, status: batchStatus! },
    location: { id: locationId, code: location, sellable, locked, pickable, pickPriority: 0 },
    status,
    onHand: toUnits(onHand),
    reserved: toUnits(reserved),
    receivedAt: new Date(0)
  }
}

function locationsOf (items: readonly Item[]): LocationSums[] {
  return items
    .map(({ location, status, batch, onHand, reserved }) => ({
      locationId: location.id,
      location: location.code,
      status,
      batchId: batch?.id ?? null,
      batch: batch?.code ?? null,
      onHand: toDecimal(onHand),
      reserved: toDecimal(reserved)
    }))
    .sort((a, b) => compareText(a.location, b.location) || compareText(a.status, b.status) || compareText(a.batch ?? '', b.batch ?? ''))
}

/** Sums of buckets, toUnits to four decimals. */
function total (all: readonly Buckets[]): Buckets {
  const sum = (pick: (buckets: Buckets) => number): number => toDecimal(all.reduce((units, buckets) => units + toUnits(pick(buckets)), 0))
  const unavailable = (reason: keyof Buckets['unavailable']): number => sum(buckets => buckets.unavailable[reason])
  return {
    onHand: sum(buckets => buckets.onHand),
    reserved: sum(buckets => buckets.reserved),
    available: sum(buckets => buckets.available),
    unavailable: {
      quality: unavailable('quality'),
      quarantine: unavailable('quarantine'),
      damaged: unavailable('damaged'),
      blocked: unavailable('blocked'),
      expired: unavailable('expired'),
      shelfLife: unavailable('shelfLife'),
      notPickable: unavailable('notPickable'),
      safetyStock: unavailable('safetyStock')
    },
    backordered: sum(buckets => buckets.backordered),
    incoming: sum(buckets => buckets.incoming)
  }
}
