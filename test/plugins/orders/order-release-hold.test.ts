// POST /orders/:id/release-hold
import t from 'tap'
import { newSku } from '../catalog/setup.js'
import { checkAccess, checkVersions, checkWrite, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import { openDesk, type Desk } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const release = async (id: string, body: object = {}): ReturnType<Desk['step']> => await desk.step(id, 'release-hold', body)

t.test('200 – one by its code, or all', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  for (const code of ['a', 'b', 'c']) await desk.step(id, 'hold', { code })
  const before = (await erp.get(urlOf(id))).body
  t.match(await release(id, { code: 'b' }), { status: 200, headers: { etag: '"5"' }, body: { holds: [{ code: 'a' }, { code: 'c' }] } })
  t.match(await release(id), { status: 200, body: { holds: { length: 0 }, version: 6 } })
  const events = await eventsOf(desk, id)
  t.same(events.slice(-2).map(event => event.type), ['order.hold_released', 'order.hold_released'])
  t.match(events.at(-2), { causedBy: 'order.releaseHold', actor: { type: 'client', id: erp.id }, data: { holds: { length: 2 } } })
  t.same(events.at(-2)!.previous, { holds: before.holds })
  checkVersions(t, events, 6)
})

t.test('200 – a hold that is not there is no change', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.step(id, 'hold', { code: 'a' })
  const before = await stored(desk)
  t.match(await release(id, { code: 'A' }), { status: 200, headers: { etag: '"2"' }, body: { holds: [{ code: 'a' }] } })
  t.same(await stored(desk), before)
  await release(id)
  t.match(await release(id), { status: 200, body: { version: 3 } })
})

t.test('200 – with the last hold goes what kept it: it is allocated, and released where the operator wants it', async t => {
  await withSettings(desk, 'order.hold', { keepAllocation: false }, async () => {
    await withSettings(desk, 'order.create', { autoRelease: true, initialStatus: 'draft' }, async () => {
      const { sku } = await desk.stocked(5)
      const { id } = await desk.order([{ sku, qty: 2 }])
      for (const code of ['a', 'b']) await desk.step(id, 'hold', { code })
      t.match(await erp.patch(urlOf(id), { status: 'open' }), { body: { status: 'open', allocationStatus: 'none' } }, 'submitted on hold')
      t.match(await release(id, { code: 'a' }), { body: { status: 'open', allocationStatus: 'none' } })
      t.match(await release(id), { body: { status: 'released', allocationStatus: 'full' } })
      t.same((await typesOf(desk, id)).slice(-3), ['order.hold_released', 'order.allocated', 'order.status_changed'])
      const draft = await desk.order([{ sku, qty: 2 }])
      await desk.step(draft.id, 'hold', { code: 'a' })
      t.match(await release(draft.id), { body: { status: 'draft', allocationStatus: 'none' } }, 'a draft stays one')
    })
  })
  await desk.checkOrders(t)
})

t.test('unknown_sku – released when products have all the SKUs, in their own units, and allocated', async t => {
  await desk.setting('order.create', { onUnknownSku: 'hold' })
  const known = await desk.stocked(5)
  const sku = newSku()
  const order = await desk.order([{ sku: known.sku, qty: 1 }, { sku: sku.toLowerCase(), qty: 2, uomCode: 'CASE' }])
  const before = await stored(desk)
  t.match(await release(order.id), { status: 409, body: { code: 'order.unknown_sku', detail: new RegExp(sku.toLowerCase()) } })
  t.same(await stored(desk), before)
  await desk.step(order.id, 'hold', { code: 'payment' })
  t.match(await release(order.id, { code: 'payment' }), { status: 200, body: { holds: [{ code: 'unknown_sku' }] } }, 'another hold goes by itself')
  const product = await desk.stocked(30, { sku, name: 'Now known', uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  t.match(await release(order.id, { code: 'unknown_sku' }), {
    status: 200,
    body: {
      holds: { length: 0 },
      allocationStatus: 'full',
      lines: [{ qtyAllocated: 1 }, { productId: product.id, sku, name: 'Now known', qtyUom: 2, qtyOrdered: 24, qtyAllocated: 24 }]
    }
  })
  t.match(await desk.stockOf(sku), { reserved: 24 })
  await desk.checkOrders(t)
})

t.test('unknown_sku – a unit that the product has not keeps it on hold; cancelling the line lets it go', async t => {
  const known = await desk.stocked(5)
  const sku = newSku()
  const order = await desk.order([{ sku: known.sku, qty: 1 }, { sku, qty: 2, uomCode: 'CASE' }])
  await desk.newProduct({ sku })
  t.match(await release(order.id), { status: 422, body: { code: 'uom.unknown' } })
  await desk.step(order.id, 'cancel', { lines: [{ lineNo: 2 }] })
  t.match(await release(order.id), {
    status: 200, body: { holds: { length: 0 }, allocationStatus: 'full', lines: [{ qtyAllocated: 1 }, { qtyCancelled: 2, productId: null }] }
  })
  const small = newSku()
  const part = await desk.order([{ sku: small, qty: 2, uomCode: 'DROP' }])
  await desk.step(part.id, 'cancel', { lines: [{ lineNo: 1, qty: 1 }] })
  await desk.newProduct({ sku: small, qtyScale: 1, uoms: [{ code: 'DROP', qtyInBase: 0.3 }] })
  t.match(
    await release(part.id), { status: 200, body: { lines: [{ qtyOrdered: 0.6, qtyCancelled: 0.6, qtyOpen: 0 }] } }, 'not more is cancelled than was ordered'
  )
  await desk.checkOrders(t)
})

t.test('unknown_sku – lines that are put with known SKUs are released as they are', async t => {
  const known = await desk.stocked(5)
  const order = await desk.order([{ sku: newSku(), qty: 2 }])
  t.match(await erp.put(`${urlOf(order.id)}/lines`, { lines: [{ lineNo: 1, sku: known.sku, qty: 2 }] }), {
    status: 200, body: { holds: [{ code: 'unknown_sku' }], lines: [{ productId: known.id, qtyOpen: 2 }] }
  })
  t.match(await release(order.id), { status: 200, body: { lines: [{ qtyAllocated: 2 }] } })
  await desk.checkOrders(t)
})

t.test('409 – an order that is short where the operator rejects that stays on hold', async t => {
  const none = await desk.stocked(0)
  const { id } = await desk.order([{ sku: none.sku, qty: 1 }])
  await desk.step(id, 'hold', { code: 'a' })
  await withSettings(desk, 'order.create', { onShortage: 'reject' }, async () => {
    t.match(await release(id), { status: 409, body: { code: 'order.shortage' } })
    t.match((await erp.get(urlOf(id))).body, { holds: [{ code: 'a' }], version: 2 })
  })
})

t.test('409 – not what has left or is done', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  await desk.bring(id, 'shipped')
  t.match(await release(id), { status: 409, body: { code: 'order.illegal_transition' } })
  const cancelled = await desk.order([{ sku, qty: 1 }])
  await desk.step(cancelled.id, 'hold', { code: 'a' })
  await desk.step(cancelled.id, 'cancel')
  t.match(await release(cancelled.id), { status: 409, body: { code: 'order.illegal_transition' } })
})

t.test('400 – named by field', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 1 }])
  for (const [body, pointer] of [[{ code: '' }, '/code'], [{ code: 5 }, '/code'], [{ note: 'x' }, '/note']] as const) {
    t.same(problem(await release(id, body)), [400, 'request.invalid', pointer])
  }
})

t.test('401, 403, 404 – no one, without order.releaseHold, unknown, another owner\'s, off', async t => {
  const { sku } = await desk.stocked(1)
  const order = await desk.order([{ sku, qty: 1 }])
  await desk.step(order.id, 'hold', { code: 'a' })
  await checkAccess(t, desk, 'order.releaseHold', order, async (caller, id) => await caller.post(`${urlOf(id)}/release-hold`, {}))
})

t.test('412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(1)
  const order = await desk.order([{ sku, qty: 1 }])
  await desk.step(order.id, 'hold', { code: 'a' })
  await checkWrite(
    t, desk, order, ['order.hold_released'], async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/release-hold${query}`, {}, headers)
  )
})
