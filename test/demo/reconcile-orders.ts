// Orders and stock: by state, movements against balances, reserved against allocations, and all of it against the file alone.
import type { Balance, Expected } from './expected.js'
import { API } from './erp.js'
import { all, expect, type Call } from './http.js'
import { ORDERED, SECOND_BATCH, SPARE, type Plan } from './plan.js'
import { line, type Line } from './table.js'

interface Shelf {
  locationId: string
  status: string
}
interface LineView {
  productId: string | null
  qtyBackordered: number
  allocations: Array<{ stage: string, qty: number, batchId: string | null, locationId: string }>
}
interface StockView {
  product: { id: string, sku: string }
  version: number
  backordered: number
  byBatch: Array<{ code: string, available: number }>
  byLocation: Array<Shelf & { batchId: string | null, onHand: number, reserved: number }>
}
interface MovementView { product: { id: string }, batch: { id: string } | null, qty: number, from: Shelf | null, to: Shelf | null }

export interface OrderBooks { lines: Line[], movements: number, stockVersions: number }

const READERS = 8
const MOST_SKUS = 500

export async function reconcileOrders ({ plan, expected, client }: { plan: Plan, expected: Expected, client: Call }): Promise<OrderBooks> {
  const summaries = await all(client, `${API}/orders`)
  const stock = await all(client, `${API}/stock?include=locations`) as unknown as StockView[]
  const movements = await all(client, `${API}/stock/movements`) as unknown as MovementView[]
  const lines = await linesOf(client, summaries.map(({ id }) => String(id)))

  const states = [...new Set([...expected.states.keys(), ...summaries.map(({ status }) => String(status))])].sort()
  const moved = sums(movements.flatMap(({ product, batch, qty, from, to }) =>
    [[from, -qty] as const, [to, qty] as const].flatMap(([shelf, by]) => shelf === null ? [] : [[keyOf(product.id, shelf, batch?.id), by] as const])))
  const shelves = stock.flatMap(({ product, byLocation }) => byLocation.map(shelf => ({ ...shelf, key: keyOf(product.id, shelf, shelf.batchId) })))
  const allocated =
    sums(lines.flatMap(({ productId, allocations }) =>
      allocations.filter(({ stage }) => stage !== 'shipped').map(({ qty, batchId, locationId }) =>
        [keyOf(String(productId), { locationId, status: 'available' }, batchId), qty] as const
      )
    ))
  const waiting = sums(lines.map(({ productId, qtyBackordered }) => [String(productId), qtyBackordered] as const))
  const answered = await askStock(client, plan.products.map(({ sku }) => sku))
  const wanted =
    new Map(plan.products.map((
      { sku }
    ): [string, Balance] => [sku.toLowerCase(), expected.stock.get(sku.toLowerCase()) ?? { onHand: 0, reserved: 0, backordered: 0 }]))
  const buckets = ['onHand', 'reserved', 'backordered'] as const
  const other = [...wanted].filter(([key, balance]) => buckets.some(bucket => answered.get(key)?.[bucket] !== balance[bucket]))
  const total = (books: ReadonlyMap<string, Balance>, bucket: keyof Balance): number => [...books.values()].reduce((sum, balance) => sum + balance[bucket], 0)
  const inTurn = stock.filter(({ product, byBatch }) =>
    plan.batches.has(product.sku.toLowerCase()) && byBatch.every(({ code, available }) => available === (code === SECOND_BATCH.batch ? SPARE : 0))
  )

  return {
    movements: movements.length,
    stockVersions: stock.reduce((sum, { version }) => sum + version, 0),
    lines: [
      ...states.map(state => line(`orders ${state}`, expected.states.get(state) ?? 0, summaries.filter(({ status }) => status === state).length)),
      line('lines of orders', plan.fates.get(ORDERED)!.length, lines.length),
      line('on hand, from the file alone / in the service', total(wanted, 'onHand'), total(answered, 'onHand')),
      line('reserved, from the file alone / in the service', total(wanted, 'reserved'), total(answered, 'reserved')),
      line('backordered, from the file alone / in the service', total(wanted, 'backordered'), total(answered, 'backordered')),
      line('products with other stock than the file says', 0, other.length),
      line('stock keys whose movements do not add up to their balance', 0, differences(moved, sums(shelves.map(({ key, onHand }) => [key, onHand] as const)))),
      line(
        'stock keys reserved for other than open allocations', 0, differences(allocated, sums(shelves.map(({ key, reserved }) => [key, reserved] as const)))
      ),
      line(
        'products that wait for other than lines of orders',
        0,
        differences(waiting, sums(stock.map(({ product, backordered }) => [product.id, backordered] as const)))
      ),
      line('products in two batches / the first to expire went first', plan.batches.size, inTurn.length)
    ]
  }
}

const keyOf = (productId: string, { locationId, status }: Shelf, batchId: string | null | undefined): string =>
  `${productId} ${locationId} ${status} ${batchId ?? ''}`

function sums (parts: ReadonlyArray<readonly [string, number]>): Map<string, number> {
  const map = new Map<string, number>()
  for (const [key, qty] of parts) map.set(key, (map.get(key) ?? 0) + qty)
  return map
}

const differences = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number =>
  [...new Set([...a.keys(), ...b.keys()])].filter(key => (a.get(key) ?? 0) !== (b.get(key) ?? 0)).length

/** Lists have no lines: each order is read. */
async function linesOf (client: Call, ids: readonly string[]): Promise<LineView[]> {
  const lines: LineView[] = []
  let next = 0
  await Promise.all(Array.from({ length: READERS }, async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      lines.push(...(await expect(200, client('GET', `${API}/orders/${id}`)))['lines'] as LineView[])
    }
  }))
  return lines
}

async function askStock (client: Call, skus: readonly string[]): Promise<Map<string, Balance>> {
  const answers = new Map<string, Balance>()
  for (let from = 0; from < skus.length; from += MOST_SKUS) {
    const { data } = await expect(200, client('POST', `${API}/stock/query`, { skus: skus.slice(from, from + MOST_SKUS) })) as {
      data: Array<Balance & { sku: string }>
    }
    for (const { sku, ...balance } of data) answers.set(sku.toLowerCase(), balance)
  }
  return answers
}
