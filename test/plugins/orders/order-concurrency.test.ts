// Many at once on the same stock and the same orders: no 500, no deadlock, no oversell, and one winner.
import t, { type Test } from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { ledgerOf } from './floor.js'
import { newRef, openDesk, ORDERS, type Desk } from './setup.js'

const desk = await openDesk(t)
const { erp, keeper } = desk
await desk.setting('order.cancel', { cancelUntil: 'packed' })

const statuses = (answers: Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
/** None failed but by a refusal of the rules. */
const checkRefusals = (t: Test, answers: Answer[]): void => {
  for (const { status, text } of answers) t.ok(status < 500, `${status} ${text.slice(0, 200)}`)
}
const adjust = async (sku: string, delta: number): Promise<Answer> =>
  await keeper.post('/api/external/v1/stock/adjustments', { reason: 'correction', lines: [{ sku, delta }] })
const sumOf = async (desk: Desk, productId: string, column: string): Promise<number> =>
  (await desk.db.query<{ sum: number }>(`SELECT coalesce(sum("${column}"), 0) AS "sum" FROM "OrderLine" WHERE "productId" = $1`, [productId])).rows[0]!.sum

/** A fixed sequence that looks like chance. */
function createRandom (seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

t.test('50 orders at once for one product: as much is allocated as is there, the rest waits', async t => {
  const { id, sku } = await desk.stocked([['A', '2030-01-01', 40], ['B', '2031-01-01', 41]])
  const answers = await Promise.all(Array.from({ length: 50 }, async () => await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 3 }] })))
  t.same(statuses(answers), { 201: 50 })
  t.match(await desk.stockOf(sku), { onHand: 81, reserved: 81, available: 0, backordered: 69 })
  t.equal(await sumOf(desk, id, 'qtyAllocated'), 81)
  t.equal(answers.filter(({ body }) => body.allocationStatus === 'full').length, 27, 'no one got a part while another got none')
  await desk.checkOrders(t)
})

t.test('50 orders at once for five products in any order of lines', async t => {
  const random = createRandom(7)
  const products = await Promise.all(Array.from({ length: 5 }, async () => await desk.stocked(60)))
  const orders = Array.from({ length: 50 }, () => [...products].sort(() => random() - 0.5).map(({ sku }) => ({ sku, qty: 1 + Math.floor(random() * 3) })))
  const answers = await Promise.all(orders.map(async lines => await erp.post(ORDERS, { externalRef: newRef(), lines })))
  t.same(statuses(answers), { 201: 50 })
  for (const { id, sku } of products) {
    t.match(await desk.stockOf(sku), { onHand: 60, reserved: 60, available: 0 })
    t.equal(await sumOf(desk, id, 'qtyAllocated'), 60)
  }
  await desk.checkOrders(t)
  const again = await Promise.all(answers.flatMap(({ body }, index) => [
    desk.step(body.id, index % 2 === 0 ? 'deallocate' : 'cancel'),
    desk.step(body.id, 'allocate')
  ]))
  checkRefusals(t, again)
  for (const { id, sku } of products) {
    const { onHand, reserved } = await desk.stockOf(sku)
    t.ok(reserved <= onHand)
    t.equal(await sumOf(desk, id, 'qtyAllocated'), reserved)
  }
  await desk.checkOrders(t)
})

t.test('50 allocations at once of the same ten orders', async t => {
  await desk.setting('order.create', { autoAllocate: false })
  const { id, sku } = await desk.stocked(25)
  const orders = await Promise.all(Array.from({ length: 10 }, async () => await desk.order([{ sku, qty: 4 }, { sku, qty: 1 }])))
  await desk.setting('order.create', { autoAllocate: true })
  const answers = await Promise.all(Array.from({ length: 50 }, async (_, index) => await desk.step(orders[index % 10]!.id, 'allocate')))
  t.same(statuses(answers), { 200: 50 })
  t.equal(await sumOf(desk, id, 'qtyAllocated'), 25)
  t.match(await desk.stockOf(sku), { reserved: 25, backordered: 25 })
  await desk.checkOrders(t)
})

/** Two calls on one order at once, again and again. @returns the statuses of each pair */
const race = async (
  make: () => Promise<string>, one: (id: string) => Promise<Answer>, two: (id: string) => Promise<Answer>
): Promise<Array<{ id: string, answers: [Answer, Answer] }>> => {
  const ids = []
  for (let round = 0; round < 8; round++) ids.push(await make())
  // Either begins first in half of the rounds.
  return await Promise.all(ids.map(async (id, round) => {
    if (round % 2 === 0) return { id, answers: await Promise.all([one(id), two(id)]) }
    const [second, first] = await Promise.all([two(id), one(id)])
    return { id, answers: [first, second] as [Answer, Answer] }
  }))
}
const ordered = async (to: 'released' | 'picked' | 'packed'): Promise<string> => {
  const { sku } = await desk.stocked(3)
  const { id } = await desk.order([{ sku, qty: 3 }])
  await desk.bring(id, to)
  return id
}
const step = (name: string) => async (id: string): Promise<Answer> => await desk.step(id, name)

t.test('pick and cancel at once: cancelled in the end, and picked goods are back', async t => {
  for (const { id, answers: [pick, cancel] } of await race(async () => await ordered('released'), step('pick'), step('cancel'))) {
    t.equal(cancel.status, 200)
    t.ok(pick.status === 200 || (pick.status === 409 && pick.body.code === 'order.illegal_transition'), pick.text.slice(0, 200))
    t.match((await erp.get(`${ORDERS}/${id}`)).body, { status: 'cancelled', lines: [{ qtyCancelled: 3, qtyPicked: 0, qtyAllocated: 0, allocations: [] }] })
    t.equal((await ledgerOf(desk, id)).length, pick.status === 200 ? 2 : 0)
  }
  await desk.checkOrders(t)
})

t.test('ship and cancel at once: exactly one', async t => {
  for (const { id, answers: [ship, cancel] } of await race(async () => await ordered('packed'), step('ship'), step('cancel'))) {
    t.same([ship.status, cancel.status].sort(), [200, 409])
    t.equal((await erp.get(`${ORDERS}/${id}`)).body.status, ship.status === 200 ? 'shipped' : 'cancelled')
    t.equal((await ledgerOf(desk, id)).filter(movement => (movement as string[])[0] === 'ship').length, ship.status === 200 ? 1 : 0)
  }
  await desk.checkOrders(t)
})

t.test('an order shipped twice at once leaves once', async t => {
  for (const from of ['picked', 'packed'] as const) {
    for (const { id, answers } of await race(async () => await ordered(from), step('ship'), step('ship'))) {
      t.same(answers.map(({ status }) => status).sort(), [200, 409])
      t.equal((await ledgerOf(desk, id)).filter(movement => (movement as string[])[0] === 'ship').length, 1)
      t.equal((await erp.get(`/api/external/v1/shipments?order=${id}`)).body.data.length, 1)
    }
  }
  await desk.checkOrders(t)
})

t.test('taken back and delivered at once: exactly one', async t => {
  const shipped = async (): Promise<string> => {
    const id = await ordered('packed')
    await desk.step(id, 'ship')
    return id
  }
  const to = (status: string) => async (id: string): Promise<Answer> => await erp.patch(`${ORDERS}/${id}`, { status })
  for (const { answers } of await race(shipped, to('packed'), to('delivered'))) t.same(answers.map(({ status }) => status).sort(), [200, 409])
  await desk.checkOrders(t)
})

t.test('stock is allocated and adjusted away at once: never both of the same goods', async t => {
  for (let round = 0; round < 6; round++) {
    const { sku } = await desk.stocked(5)
    const both = [erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 4 }] }), adjust(sku, -3)]
    const [order, away] = await Promise.all(both) as [Answer, Answer]
    t.equal(order.status, 201)
    const { onHand, reserved } = await desk.stockOf(sku)
    if (away.status === 201) t.same([onHand, reserved, order.body.lines[0].qtyBackordered], [2, 2, 2])
    else t.same([away.status, away.body.code, onHand, reserved], [409, 'stock.insufficient', 5, 4])
  }
  await desk.checkOrders(t)
})

t.test('everything at once on the same few orders and products', async t => {
  const random = createRandom(11)
  const products = await Promise.all(Array.from({ length: 3 }, async () => await desk.stocked([['A', '2030-01-01', 30], ['B', '2031-01-01', 30]])))
  const orders = await Promise.all(Array.from({ length: 8 }, async () =>
    await desk.order([...products].sort(() => random() - 0.5).map(({ sku }) => ({ sku, qty: 1 + Math.floor(random() * 9) })))))
  const steps = ['allocate', 'deallocate', 'release', 'pick', 'pack', 'ship', 'cancel', 'hold', 'release-hold']
  const calls = Array.from({ length: 160 }, async (_, index) => {
    const { id } = orders[Math.floor(random() * orders.length)]!
    const name = steps[Math.floor(random() * steps.length)]!
    if (index % 10 === 9) {
      return await keeper.post('/api/external/v1/stock/adjustments', {
        reason: 'correction', lines: [{ sku: products[index % 3]!.sku, batch: 'A', delta: random() < 0.5 ? -2 : 2 }]
      })
    }
    if (name === 'cancel') return await desk.step(id, name, { lines: [{ lineNo: 1, qty: 1 }] })
    if (name === 'pick') return await desk.step(id, name, random() < 0.5 ? {} : { lines: [{ lineNo: 2, qty: 1 }] })
    return await desk.step(id, name, name === 'hold' ? { code: 'test' } : {})
  })
  const answers = await Promise.all(calls)
  checkRefusals(t, answers)
  t.ok((statuses(answers)[200] ?? 0) > 20, 'many had a part in it')
  await desk.checkOrders(t)
})

t.test('one Idempotency-Key at once: done once', async t => {
  const id = await ordered('released')
  const key = { 'idempotency-key': newRef() }
  const answers = await Promise.all(Array.from({ length: 10 }, async () => await erp.post(`${ORDERS}/${id}/pick`, { lines: [{ lineNo: 1, qty: 1 }] }, key)))
  t.ok(answers.every(({ status }) => status === 200 || status === 409))
  t.match((await erp.get(`${ORDERS}/${id}`)).body.lines, [{ qtyPicked: 1, qtyAllocated: 2 }])
})
