// Orders that are created at once share transactions: each is answered, published and recorded as if it had been alone.
import t from 'tap'
import pg from 'pg'
import { newRef, openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk
const sentAtOnce = 30

type Posted = Awaited<ReturnType<typeof erp.post>>

/** All in one tick. */
const post = async (bodies: readonly object[]): Promise<Posted[]> => await Promise.all(bodies.map(async body => await erp.post(ORDERS, body)))
const countOf = async (sql: string, values: unknown[] = []): Promise<number> =>
  (await desk.db.query<{ count: number }>(`SELECT count(*) AS "count" FROM ${sql}`, values)).rows[0]!.count

interface Published {
  type: string
  requestId: string
  causedBy: string
  subject: { id: string, version: number }
  data: { reserved: number, causes: Array<{ docId: string, qty: number }> }
  previous: { reserved: number }
}

t.test('each is published as its own call, one after the other, in fewer transactions than orders', async t => {
  const { id: productId, sku } = await desk.stocked(1000)
  const answers = await post(Array.from({ length: sentAtOnce }, (_, index) => ({ externalRef: newRef(), lines: [{ sku, qty: index + 1 }] })))
  t.ok(answers.every(({ status, body }) => status === 201 && body.allocationStatus === 'full'), 'all are created')
  const ids = answers.map(({ body }) => body.id as string)
  const { rows: [{ transactions } = { transactions: 0 }] } = await desk.db.query<{ transactions: number }>(
    'SELECT count(DISTINCT xmin::text) AS "transactions" FROM "Order" WHERE "id" = ANY($1)', [ids])
  t.ok(transactions < sentAtOnce / 2, `${transactions} transactions`)
  t.equal(new Set(answers.map(({ body }) => body.number)).size, sentAtOnce)
  const events = await desk.allEvents() as unknown as Published[]
  const byOrder =
    new Map(answers.map(({ headers, body }) => [body.id as string, { requestId: headers['x-request-id'], qty: body.lines[0].qtyOrdered as number }]))
  for (const [id, { requestId }] of byOrder) {
    t.match(events.filter(event => event.subject.id === id).map(event => [event.type, event.requestId, event.causedBy]),
      [['order.created', requestId, 'order.create'], ['order.allocated', requestId, 'order.create']])
  }
  const levels = events.filter(event => event.type === 'stock.updated' && event.subject.id.startsWith(productId)).slice(1)
  t.equal(levels.length, sentAtOnce, 'one for each order')
  levels.forEach(({ requestId, data, previous, subject }, index) => {
    const [cause, ...others] = data.causes
    const order = byOrder.get(cause!.docId)!
    t.same([others, requestId, cause!.qty, data.reserved - previous.reserved], [[], order.requestId, order.qty, order.qty], 'names its order only')
    if (index > 0) {
      t.same([previous.reserved, subject.version], [levels[index - 1]!.data.reserved, levels[index - 1]!.subject.version + 1], 'follows the one before')
    }
  })
  t.equal(await countOf('"Audit" WHERE "operation" = \'order.create\' AND "entities" && $1', [ids.map(id => `order:${id}`)]), sentAtOnce, 'a row for each call')
  await desk.checkOrders(t)
})

t.test('who is refused, or has the reference of another, changes nothing for the others', async t => {
  await desk.setting('order.create', { duplicateMode: 'return_existing' })
  const { sku } = await desk.stocked(100)
  const gone = await desk.stocked(0)
  await erp.delete(`/api/external/v1/products/${gone.id}`)
  const [ref, known] = [newRef(), newRef()]
  const earlier = await erp.post(ORDERS, { externalRef: known, lines: [{ sku, qty: 1 }] })
  const line = { sku, qty: 1 }
  const bodies = (): object[] => [
    { externalRef: newRef(), lines: [line] },
    { externalRef: newRef(), lines: [{ sku: 'UNKNOWN-SKU', qty: 1 }] },
    { externalRef: newRef(), lines: [{ sku, qty: 0.5 }] },
    { externalRef: newRef(), lines: [line, { sku: gone.sku, qty: 1 }] },
    { externalRef: newRef(), requestedShipDate: '2026-12-02', cancelAfterDate: '2026-12-01', lines: [line] },
    { externalRef: newRef(), warehouse: 'NOWHERE', lines: [line] },
    { externalRef: newRef(), lines: [] },
    { externalRef: known, lines: [line] },
    { externalRef: newRef(), lines: [{ ...line, qty: 2 }] }
  ]
  const alone: Posted[] = []
  for (const body of bodies()) alone.push(await erp.post(ORDERS, body))
  t.same(alone.map(({ status }) => status), [201, 422, 422, 422, 422, 422, 400, 200, 201], alone.map(({ text }) => text).join('\n'))
  const answers = await post([...bodies(), ...bodies(), ...bodies()])
  answers.forEach(({ status, body, text }, index) => {
    const before = alone[index % alone.length]!
    t.match([status, body.code, body.detail], [before.status, before.body.code, before.body.detail], text.slice(0, 200))
    if (status === 200) t.equal(body.id, earlier.body.id)
  })
  const same = await post(Array.from({ length: 10 }, () => ({ externalRef: ref, lines: [line] })))
  t.same(same.map(({ status }) => status).sort(), [...Array(9).fill(200), 201])
  t.equal(new Set(same.map(({ body }) => body.id)).size, 1)
  await desk.checkOrders(t)
})

t.test('shortage that rejects: as many orders as there are goods, the others are 409', async t => {
  await desk.setting('order.create', { onShortage: 'reject' })
  const { sku } = await desk.stocked(7)
  const answers = await post(Array.from({ length: 20 }, () => ({ externalRef: newRef(), lines: [{ sku, qty: 1 }] })))
  await desk.setting('order.create', { onShortage: 'backorder' })
  t.same(answers.map(({ status }) => status).sort(), [...Array(7).fill(201), ...Array(13).fill(409)])
  t.ok(answers.every(({ status, body, headers }) =>
    status === 201 ? headers['etag'] === '"1"' : body.code === 'order.shortage' && headers['etag'] === undefined
  ))
  t.match(await desk.stockOf(sku), { onHand: 7, reserved: 7 })
  await desk.checkOrders(t)
})

t.test('owners do not share, keys are kept, rehearsals change nothing', async t => {
  const { sku } = await desk.stocked(100)
  const [key, ref] = ['together-1', newRef()]
  const [mine, theirs, keyed, simulated] = await Promise.all([
    post(Array.from({ length: 5 }, () => ({ externalRef: newRef(), lines: [{ sku, qty: 1 }] }))),
    Promise.all(Array.from({ length: 5 }, async () => await foreign.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }] }))),
    Promise.all(Array.from({ length: 5 }, async () => await erp.post(ORDERS, { externalRef: ref, lines: [{ sku, qty: 1 }] }, { 'idempotency-key': key }))),
    Promise.all(Array.from({ length: 5 }, async () => await erp.post(`${ORDERS}?dryRun=true`, { externalRef: newRef(), lines: [{ sku, qty: 50 }] })))
  ])
  t.ok(mine.every(({ status }) => status === 201))
  t.ok(theirs.every(({ status, body }) => status === 422 && body.code === 'product.unknown_sku'))
  t.ok(keyed.every(({ status }) => status === 201 || status === 409) && keyed.some(({ status }) => status === 201))
  t.ok(simulated.every(({ status, body }) => status === 200 && body.dryRun === true))
  t.equal(await countOf('"Order" WHERE "externalRef" = $1', [ref]), 1)
  t.match(await desk.stockOf(sku), { reserved: 6 })
  await desk.checkOrders(t)
})

t.test('who has to wait for someone\'s lock holds no one up', async t => {
  const [held, free] = [await desk.stocked(100), await desk.stocked(100)]
  const holder = new pg.Client({ connectionString: desk.databaseUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM "StockLevel" WHERE "productId" = $1 FOR UPDATE', [held.id])
  let waiting = 4
  const blocked = Promise
    .all(Array.from({ length: waiting }, async () =>
      await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: held.sku, qty: 1 }] }).finally(() => {
        waiting--
      })))
  const others = await post(Array.from({ length: sentAtOnce }, () => ({ externalRef: newRef(), lines: [{ sku: free.sku, qty: 1 }] })))
  t.ok(others.every(({ status }) => status === 201))
  t.equal(waiting, 4, 'the others still wait')
  await holder.query('ROLLBACK')
  await holder.end()
  t.ok((await blocked).every(({ status }) => status === 201))
  t.match([(await desk.stockOf(held.sku))['reserved'], (await desk.stockOf(free.sku))['reserved']], [4, sentAtOnce])
  await desk.checkOrders(t)
})

t.test('an order that waits for stock counts by what its product has become meanwhile', async t => {
  const { id, sku } = await desk.stocked(100)
  const holder = new pg.Client({ connectionString: desk.databaseUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT 1 FROM "StockLevel" WHERE "productId" = $1 FOR UPDATE', [id])
  const waiting = erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }] })
  await desk.waitFor(async () => await countOf('pg_stat_activity WHERE "wait_event_type" = \'Lock\' AND datname = current_database()') > 0, 'the order to wait')
  await holder.query('UPDATE "Product" SET "safetyStock" = 30, "version" = "version" + 1 WHERE "id" = $1', [id])
  await holder.query('COMMIT')
  await holder.end()
  t.match(await waiting, { status: 201, body: { allocationStatus: 'full' } })
  const published = (await desk.allEvents() as unknown as Array<Published & { data: object }>).filter(event =>
    event.type === 'stock.updated' && event.subject.id.startsWith(id)
  ).at(-1)
  t.match(published, { data: { onHand: 100, reserved: 1, available: 69, unavailable: { safetyStock: 30 } } })
})

t.test('a reference that someone takes while an order is under way: that order is answered, and nothing of the one that never was', async t => {
  await desk.setting('order.create', { duplicateMode: 'return_existing' })
  const { sku } = await desk.stocked(100)
  const ref = newRef()
  const model = await desk.order([{ sku, qty: 1 }])
  const holder = new pg.Client({ connectionString: desk.databaseUrl })
  await holder.connect()
  await holder.query('BEGIN')
  const { rows: [columns] } = await holder.query<
    { names: string }
  >(
    'SELECT string_agg(quote_ident(column_name), \', \') AS names FROM information_schema.columns WHERE table_name = \'Order\' AND column_name ' +
      'NOT IN (\'id\', \'externalRef\', \'number\')'
  )
  const taken = 'ord_TAKENMEANWHILE00000000000'
  await holder.query(
    `INSERT INTO "Order" ("id", "externalRef", "number", ${columns!.names}) SELECT $1, $2, 'SO-0', ${columns!.names} FROM "Order" WHERE "id" = $3`,
    [taken, ref, model.id]
  )
  const answers = post(Array.from({ length: 10 }, (_, index) => ({ externalRef: index === 5 ? ref : newRef(), lines: [{ sku, qty: 1 }] })))
  await new Promise(resolve => setTimeout(resolve, 100))
  await holder.query('COMMIT')
  await holder.end()
  for (const [index, { status, headers, body }] of (await answers).entries()) {
    t.equal(status, index === 5 ? 200 : 201)
    t.equal(headers['location'], index === 5 ? undefined : `${ORDERS}/${body.id as string}`)
    const { rows } = await desk.db.query<{ entities: string[], status: number }>('SELECT "entities", "status" FROM "Audit" WHERE "requestId" = $1', [
      headers['x-request-id']
    ])
    t.same(rows, [{ entities: [`order:${body.id as string}`], status }])
  }
  t.equal((await answers)[5]!.body.id, taken)
  await desk.setting('order.create', { duplicateMode: 'reject' })
})
