// `npm run scale`: every list and read at two sizes of the database, with the query plans at the larger one.
// The figure is the median of calls over HTTP, one at a time and in turn to two services; the ratio of the two is what counts.
import { loadavg } from 'node:os'
import { Pool } from 'undici'
import { grow, idOf } from './generate.js'
import { percentile } from './load.js'
import { plansOf } from './plans.js'
import { setStage, type Stage } from './stage.js'

const SMALL = 10_000
const LARGE = Number(process.argv[2] ?? 1_000_000)
const CALLS = 300
const WARM_UP = 100
const MOST = 1.5

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

interface Case { name: string, path: (n: number, size: number) => string, body?: (size: number) => unknown }

const iso = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString()
const some = (size: number): number => 1 + Math.floor(Math.random() * size)

/** `n` is a number that exists at this size. Timestamps in the middle of the year and near its end. */
const CASES: Case[] = [
  { name: 'product.get', path: n => `/products/${idOf('prd', n)}` },
  { name: 'product.get by SKU', path: n => `/products/sku:SKU-${n}` },
  { name: 'product.list', path: () => '/products' },
  { name: 'product.list updatedSince', path: () => `/products?updatedSince=${iso(180)}` },
  { name: 'product.list archived', path: () => '/products?status=archived' },
  { name: 'batch.list', path: () => '/batches' },
  { name: 'batch.list of a product', path: n => `/batches?product=sku:SKU-${n - n % 5 + 5}` },
  { name: 'batch.list expiringBefore', path: () => `/batches?expiringBefore=${iso(-60).slice(0, 10)}&sort=expiryDate` },
  { name: 'batch.list quarantined', path: () => '/batches?status=quarantined' },
  { name: 'stock.list', path: () => '/stock' },
  { name: 'stock.list updatedSince', path: () => `/stock?updatedSince=${iso(180)}` },
  { name: 'stock.list of a warehouse', path: () => '/stock?warehouse=MAIN' },
  { name: 'stock.get', path: n => `/stock/sku:SKU-${n}` },
  { name: 'stock.query of 100 SKUs', path: () => '/stock/query', body: size => ({ skus: Array.from({ length: 100 }, () => `SKU-${some(size)}`) }) },
  { name: 'movement.list', path: () => '/stock/movements' },
  { name: 'movement.list newest', path: () => '/stock/movements?sort=-postedAt' },
  { name: 'movement.list updatedSince', path: () => `/stock/movements?updatedSince=${iso(180)}` },
  { name: 'movement.list of a product', path: n => `/stock/movements?product=sku:SKU-${n}` },
  { name: 'movement.list of an order', path: n => `/stock/movements?doc=${idOf('ord', n)}` },
  { name: 'movement.list of a rare type', path: () => '/stock/movements?type=count' },
  { name: 'order.get', path: n => `/orders/${idOf('ord', n)}` },
  { name: 'order.get by reference', path: n => `/orders/ref:WEB-${n}` },
  { name: 'order.list', path: () => '/orders' },
  { name: 'order.list updatedSince', path: () => `/orders?updatedSince=${iso(180)}` },
  { name: 'order.list open', path: () => '/orders?status=open' },
  { name: 'order.list open, newest', path: () => '/orders?status=open&sort=-updatedAt' },
  { name: 'order.list on hold', path: () => '/orders?onHold=true' },
  { name: 'order.list not allocated', path: () => '/orders?allocationStatus=none' },
  { name: 'order.list open, updatedSince', path: () => `/orders?status=open&updatedSince=${iso(180)}` },
  { name: 'shipment.get', path: n => `/shipments/${idOf('shp', n - n % 50 + 2)}` },
  { name: 'shipment.list', path: () => '/shipments' },
  { name: 'shipment.list delivered', path: () => '/shipments?status=delivered' },
  { name: 'shipment.list of an order', path: n => `/shipments?order=ref:WEB-${n - n % 50 + 2}` }
]

/**
 * What single objects are read from, by the first word of a case and in the order of an index. A server that has run for a day has it in its
 * cache, one that was filled a minute ago has what was written last.
 */
const WARM: Readonly<Record<string, ReadonlyArray<readonly [table: string, order: string, where?: string]>>> = {
  product: [['Product', '"id"'], ['Product', '"ownerId", "skuKey"'], ['ProductBarcode', '"productId", "position"'], ['ProductUom', '"productId", "position"']],
  stock: [['Product', '"ownerId", "skuKey"'], ['Product', '"id"'], ['Batch', '"id"'], ['StockLevel', '"productId", "warehouseId"'], ['StockItem',
    '"productId", "warehouseId"', 'NOT "isEmpty"']],
  order: [['OrderLine', '"orderId", "lineNo"'], ['Allocation', '"orderId", "lineNo", "batchId", "locationId", "pickedFromId", "stage"'], ['Order',
    '"ownerId", "externalRef"'], ['Order', '"id"']],
  shipment: [['OrderLine', '"orderId", "lineNo"'], ['Order', '"id"'], ['ParcelItem', '"shipmentId", "parcelNo", "lineNo", "batchId"'], ['Parcel',
    '"shipmentId", "no"'], ['Shipment', '"orderId"'], ['Shipment', '"id"']]
}

async function warm ({ stage: { db } }: Warehouse, group: string): Promise<void> {
  const client = await db.connect()
  try {
    await client
      .query(
        'SET statement_timeout TO 0; SET enable_seqscan TO off; SET enable_bitmapscan TO off; SET enable_sort TO off; SET ' +
          'max_parallel_workers_per_gather TO 0'
      )
    for (const [table, order, where = 'true'] of WARM[group] ?? []) {
      await client.query(`SELECT max("xmin"::text) FROM (SELECT "xmin" FROM "${table}" WHERE ${where} ORDER BY ${order}) AS all_rows`)
    }
  } finally {
    client.release(true)
  }
}

interface Warehouse { stage: Stage, size: number, pool: Pool }

async function once ({ stage, size, pool }: Warehouse, { name, path, body }: Case): Promise<number> {
  const before = performance.now()
  const answer = await pool.request({
    method: body === undefined ? 'GET' : 'POST',
    path: `/api/external/v1${path(some(size - 60), size)}`,
    headers: { authorization: `Bearer ${stage.tokens[0]!}`, ...body === undefined ? {} : { 'content-type': 'application/json' } },
    ...body === undefined ? {} : { body: JSON.stringify(body(size)) }
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${text}`)
  return performance.now() - before
}

/** In turn, so that whatever else the machine does meets both alike. */
async function medians (warehouses: readonly Warehouse[], what: Case): Promise<number[]> {
  const times: number[][] = warehouses.map(() => [])
  for (let call = -WARM_UP; call < CALLS; call++) {
    for (const [index, warehouse] of warehouses.entries()) {
      const ms = await once(warehouse, what)
      if (call >= 0) times[index]!.push(ms)
    }
  }
  return times.map(list => percentile(list.sort((a, b) => a - b), 50))
}

async function build (size: number): Promise<Warehouse> {
  const stage = await setStage()
  print(`${size} products and orders, ${10 * size} movements:`)
  await grow(stage.db, 0, size, print)
  return { stage, size, pool: new Pool(stage.service.url, { connections: 1, pipelining: 1 }) }
}

const warehouses: Warehouse[] = []
try {
  for (const size of [SMALL, LARGE]) warehouses.push(await build(size))
  print(`\nload average ${loadavg().map(value => value.toFixed(1)).join(' ')}\n${''.padEnd(34)}${'small ms'.padStart(10)}${'large ms'.padStart(10)}${
    'ratio'.padStart(8)
  }`)
  let warmed = ''
  for (const what of CASES) {
    const group = what.name.split('.')[0]!
    if (group !== warmed) for (const warehouse of warehouses) await warm(warehouse, group)
    warmed = group
    const [small, large] = await medians(warehouses, what) as [number, number]
    if (large / small > MOST) process.exitCode = 1
    print(`${what.name.padEnd(34)}${small.toFixed(2).padStart(10)}${large.toFixed(2).padStart(10)}${(large / small).toFixed(2).padStart(8)}${
      large / small > MOST ? '  OVER' : ''
    }`)
  }
  print(`\nplans at ${LARGE}:`)
  for (const plan of await plansOf(warehouses[1]!.stage.db, LARGE)) print(plan)
} finally {
  for (const { stage, pool } of warehouses) {
    await pool.close()
    await stage.close()
  }
}
