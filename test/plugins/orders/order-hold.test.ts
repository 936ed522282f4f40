// POST /orders/:id/hold
import t from 'tap'
import { checkAccess, checkVersions, checkWrite, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import { openDesk } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const hold = async (id: string, body: object = { code: 'payment' }): ReturnType<typeof erp.post> => await desk.step(id, 'hold', body)

t.test('200 – with who, when and why; what is allocated stays so', async t => {
  const { sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 2 }])
  const first = await hold(order.id, { code: 'payment', note: 'Card was refused' })
  t.match(first, {
    status: 200,
    headers: { etag: '"2"' },
    body: { status: 'open', allocationStatus: 'full', holds: [{ code: 'payment', note: 'Card was refused', by: { type: 'client', id: erp.id } }] }
  })
  t.equal(first.body.holds[0].at, first.body.updatedAt)
  t.match(await hold(order.id, { code: 'address' }), { status: 200, body: { version: 3, holds: [{ code: 'payment' }, { code: 'address', note: null }] } })
  t.match(await desk.stockOf(sku), { reserved: 2 })
  const events = await eventsOf(desk, order.id)
  t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.on_hold', 'order.on_hold'])
  t.match(events[3], { causedBy: 'order.hold', actor: { type: 'client', id: erp.id }, data: { holds: { length: 2 } } })
  t.same([events[2]!.previous, events[3]!.previous], [{ holds: [] }, { holds: first.body.holds }])
  checkVersions(t, events, 3)
})

t.test('200 – the same hold again is no change', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }])
  await hold(id)
  const before = await stored(desk)
  t.match(await hold(id, { code: 'payment', note: 'again' }), { status: 200, headers: { etag: '"2"' }, body: { holds: [{ note: null }] } })
  t.same(await stored(desk), before)
})

t.test('while it is on hold it is not released, picked, packed or shipped, but edited and cancelled', async t => {
  const { sku } = await desk.stocked(50)
  for (const [reach, step] of [[null, 'release'], ['released', 'pick'], ['picked', 'pack'], ['packed', 'ship']] as const) {
    const { id } = await desk.order([{ sku, qty: 2 }])
    if (reach !== null) await desk.bring(id, reach)
    await hold(id)
    const before = await stored(desk)
    t.match(await desk.step(id, step), { status: 409, body: { code: 'order.on_hold', detail: /\(payment\)/ } }, step)
    t.same(await stored(desk), before)
    await desk.step(id, 'release-hold')
    t.equal((await desk.step(id, step)).status, 200, `${step} after the hold`)
  }
  const { id } = await desk.order([{ sku, qty: 2 }])
  await hold(id)
  t.equal((await erp.patch(urlOf(id), { priority: 1 })).status, 200)
  t.match(await desk.step(id, 'cancel'), { status: 200, body: { status: 'cancelled', holds: [{ code: 'payment' }] } })
  await desk.checkOrders(t)
})

t.test('keepAllocation off – what is allocated and not picked is deallocated, and published', async t => {
  await withSettings(desk, 'order.hold', { keepAllocation: false }, async () => {
    const { id: productId, sku } = await desk.stocked(5)
    const order = await desk.order([{ sku, qty: 7 }])
    t.match(await hold(order.id), { status: 200, body: { allocationStatus: 'none', lines: [{ qtyAllocated: 0, qtyOpen: 7, qtyBackordered: 2 }] } })
    t.match(await desk.stockOf(sku), { reserved: 0, available: 5, backordered: 2 })
    const events = await eventsOf(desk, order.id)
    t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.backordered', 'order.on_hold', 'order.deallocated'])
    t.same(events[4]!.data['released'], [{ lineNo: 1, batch: null, location: 'DEFAULT', qty: 5 }])
    t.match((await desk.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === productId).at(-1), {
      data: { reserved: 0 }, previous: { reserved: 5, available: 0 }
    })
    t.match(
      await desk.step(order.id, 'release-hold'),
      { status: 200, body: { lines: [{ qtyAllocated: 5, qtyBackordered: 2 }] } },
      'and allocated again when the hold is gone'
    )
    const nothing = await desk.order([{ sku, qty: 1 }])
    await hold(nothing.id)
    t.same(await typesOf(desk, nothing.id), ['order.created', 'order.backordered', 'order.on_hold'])
    const picked = await desk.stocked(5)
    const { id } = await desk.order([{ sku: picked.sku, qty: 2 }, { sku: picked.sku, qty: 2 }])
    await desk.bring(id, 'released')
    await desk.step(id, 'pick', { lines: [{ lineNo: 1 }] })
    t.match(await hold(id), { status: 200, body: { lines: [{ qtyPicked: 2 }, { qtyAllocated: 0, qtyOpen: 2 }] } })
    await desk.checkOrders(t)
  })
})

t.test('409 – not what has left or is done', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.bring(id, 'shipped')
  t.match(await hold(id), {
    status: 409,
    body: {
      code: 'order.illegal_transition', detail: /legal from shipped: PATCH \/orders\/\{id\} with status packed, PATCH \/orders\/\{id\} with status delivered/
    }
  })
  await erp.patch(urlOf(id), { status: 'delivered' })
  t.match(await hold(id), { status: 409, body: { code: 'order.illegal_transition', detail: /delivered is final/ } })
  const cancelled = await desk.order([{ sku, qty: 1 }])
  await desk.step(cancelled.id, 'cancel')
  t.match(await hold(cancelled.id), { status: 409, body: { code: 'order.illegal_transition' } })
})

t.test('400 – named by field', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  const cases: Array<[object, string]> = [[{}, '/code'], [{ code: '' }, '/code'], [{ code: ' ' }, '/code'], [{ code: null }, '/code'], [{
    code: 'x'.repeat(51)
  }, '/code'], [{ code: 'x', note: null }, '/note'], [{ code: 'x', note: 'x'.repeat(501) }, '/note'], [{ code: 'x', by: 'me' }, '/by']]
  for (const [body, pointer] of cases) t.same(problem(await hold(id, body)), [400, 'request.invalid', pointer], JSON.stringify(body))
})

t.test('401, 403, 404 – no one, without order.hold, unknown, another owner\'s, off', async t => {
  const { sku } = await desk.stocked(1)
  await checkAccess(t, desk, 'order.hold', await desk.order([{ sku, qty: 1 }]), async (caller, id) => await caller.post(`${urlOf(id)}/hold`, { code: 'x' }))
})

t.test('412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(1)
  await checkWrite(
    t,
    desk,
    await desk.order([{ sku, qty: 1 }]),
    ['order.on_hold'],
    async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/hold${query}`, { code: 'x' }, headers)
  )
})
