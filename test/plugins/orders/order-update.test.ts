// PATCH /orders/:id
import t from 'tap'
import { ORDER_STATUSES, type OrderStatus } from '../../../plugins/orders/domain/states.js'
import { checkAccess, checkVersions, checkWrite, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import { newRef, openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const { sku } = await desk.stocked(100_000)
const shipping = await desk.newLocation('SHIP', { type: 'shipping', pickable: false })
await desk.db.query('UPDATE "Warehouse" SET "defaultShippingLocationId" = $1', [shipping])

/** An order in this state. */
async function orderIn (status: OrderStatus): Promise<string> {
  if (status === 'draft') {
    let id = ''
    await withSettings(desk, 'order.create', { initialStatus: 'draft' }, async () => { id = (await desk.order([{ sku, qty: 2 }])).id })
    return id
  }
  const { id } = await desk.order([{ sku, qty: 2 }, { sku, qty: 1 }])
  switch (status) {
    case 'open': break
    case 'cancelled': await desk.step(id, 'cancel'); break
    case 'picking':
      await desk.bring(id, 'released')
      await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 1 }] })
      break
    case 'partially_shipped':
    case 'closed':
      await desk.bring(id, 'picked')
      await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1 }] }] })
      await desk.step(id, 'ship')
      if (status === 'closed') await erp.patch(urlOf(id), { status: 'closed' })
      break
    case 'delivered':
      await desk.bring(id, 'shipped')
      await erp.patch(urlOf(id), { status: 'delivered' })
      break
    default: await desk.bring(id, status)
  }
  return id
}

t.test('200 – only what is said changes; the event has the former values', async t => {
  const order = await desk.order([{ sku, qty: 1 }], { channel: 'webshop', priority: 3, shipTo: { name: 'Ada', city: 'London', country: 'GB' }, tags: ['a'] })
  const after = await erp.patch(urlOf(order.id), { priority: 9, tags: ['b', 'c'], packingNote: 'x', requestedShipDate: '2028-02-29' })
  t.match(after, { status: 200, headers: { etag: '"2"' } }, after.text)
  t.same(after.body, {
    ...order, priority: 9, tags: ['b', 'c'], packingNote: 'x', requestedShipDate: '2028-02-29', version: 2, updatedAt: after.body.updatedAt
  })
  t.same((await erp.get(urlOf(order.id))).body, after.body)
  const events = await eventsOf(desk, order.id)
  t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.updated'])
  t.match(events[2], { subject: { id: order.id, version: 2, externalRef: order.externalRef }, causedBy: 'order.update', actor: { type: 'client', id: erp.id } })
  t.same([events[2]!.previous, events[2]!.data], [{ priority: 3, tags: ['a'], packingNote: null, requestedShipDate: null }, after.body])
  checkVersions(t, events, 2)
})

t.test('200 – null clears, objects merge to any depth, lists are replaced (RFC 7396)', async t => {
  const order = await desk.order([{ sku, qty: 1 }], {
    channel: 'webshop', currency: 'GBP', shipTo: { name: 'Ada', city: 'London' }, attributes: { a: 1, b: { c: 1, d: 2 } }
  })
  const { body } = await erp.patch(urlOf(order.id), {
    channel: null,
    currency: null,
    shipTo: { city: 'Paris', name: null },
    billTo: { name: 'Charles', city: null },
    attributes: { a: null, b: { c: 7 }, e: { f: null, g: [null] } }
  }, { 'content-type': 'application/merge-patch+json' })
  t.same([body.channel, body.currency, body.shipTo, body.billTo, body.attributes], [null, null, { city: 'Paris' }, { name: 'Charles' }, {
    b: { c: 7, d: 2 }, e: { g: [null] }
  }])
  t.same((await erp.get(urlOf(order.id))).body, body)
  t.match((await eventsOf(desk, order.id)).at(-1), { previous: { shipTo: { name: 'Ada', city: 'London' }, billTo: null } })
  t.match((await erp.patch(urlOf(order.id), { shipTo: null })).body, { shipTo: null })
})

t.test('200 – a call that changes nothing is no version and no event', async t => {
  const order = await desk.order([{ sku, qty: 1 }], { attributes: { b: 1, a: 2 }, tags: ['a'], customer: { name: 'Ada' } })
  for (
    const patch of [{ priority: 5 }, { attributes: { a: 2, b: 1 } }, { tags: ['a'], customer: { name: 'Ada', email: null }, giftMessage: null }, {
      status: 'open'
    }, { reason: 'none' }, { attributes: {} }]
  ) {
    const answer = await erp.patch(urlOf(order.id), patch)
    t.match([answer.status, answer.headers['etag'], answer.body.updatedAt], [200, '"1"', order.updatedAt], JSON.stringify(patch))
  }
  t.same(await typesOf(desk, order.id), ['order.created', 'order.allocated'])
})

t.test('200 – by reference and number; of two at once the second builds on the first', async t => {
  const order = await desk.order([{ sku, qty: 1 }], { attributes: {} })
  const [a, b] = await Promise.all([erp.patch(urlOf(`ref:${order.externalRef as string}`), { attributes: { a: 1 } }),
    erp.patch(urlOf(`number:${order.number as string}`), { attributes: { b: 1 } })])
  t.same([a.status, b.status], [200, 200])
  t.match((await erp.get(urlOf(order.id))).body, { version: 3, attributes: { a: 1, b: 1 } })
  checkVersions(t, await eventsOf(desk, order.id), 3)
})

t.test('400 – a wrong type, an unknown field, null where there must be a value, days that no calendar has', async t => {
  const { id } = await desk.order([{ sku, qty: 1 }])
  const cases: Array<[object, string]> = [[{}, ''], [{ externalRef: 'x' }, '/externalRef'], [{ lines: [] }, '/lines'], [{ warehouse: 'MAIN' }, '/warehouse'], [{
    priority: null
  }, '/priority'], [{ type: null }, '/type'], [{ tags: null }, '/tags'], [{ attributes: null }, '/attributes'], [{ priority: '9' }, '/priority'], [{
    shipTo: { zip: '1' }
  }, '/shipTo/zip'], [{ status: 'released' }, '/status'], [{ status: 'cancelled' }, '/status'], [{ status: 'shipped' }, '/status'], [{ status: null },
    '/status'], [{ status: 'open', reason: '' }, '/reason'], [{ requestedShipDate: '2026-02-30' }, '/requestedShipDate'], [{ cancelAfterDate: '0000-12-31' },
    '/cancelAfterDate'], [{ version: 2 }, '/version']]
  for (const [patch, pointer] of cases) t.same(problem(await erp.patch(urlOf(id), patch)), [400, 'request.invalid', pointer], JSON.stringify(patch))
  for (const body of ['[]', 'null', '{', '']) t.equal((await erp.patch(urlOf(id), body)).status, 400, body)
})

t.test('422 – the rules hold for what results', async t => {
  const { id } = await desk.order([{ sku, qty: 1 }], { requestedShipDate: '2026-12-02', attributes: { text: 'x'.repeat(9000) } })
  t.same(problem(await erp.patch(urlOf(id), { requestedDeliveryDate: '2026-12-01' })), [422, 'order.dates', '/requestedDeliveryDate'])
  t.same(problem(await erp.patch(urlOf(id), { currency: 'ZZZ' })), [422, 'order.currency_unknown', '/currency'])
  t.same(problem(await erp.patch(urlOf(id), { attributes: { more: 'x'.repeat(9000) } })), [422, 'order.attributes_too_large', '/attributes'])
  t.equal((await erp.get(urlOf(id))).body.version, 1)
})

t.test('401, 403, 404 – no one, without order.update, unknown, another owner\'s, off', async t => {
  await checkAccess(t, desk, 'order.update', await desk.order([{ sku, qty: 1 }]), async (caller, id) => await caller.patch(urlOf(id), { priority: 1 }))
})

t.test('412, dryRun, Idempotency-Key', async t => {
  await checkWrite(
    t,
    desk,
    await desk.order([{ sku, qty: 1 }]),
    ['order.updated'],
    async (caller, id, query = '', headers = {}) => await caller.patch(urlOf(id) + query, { priority: 1 }, headers)
  )
})

const TARGETS = ['open', 'picked', 'packed', 'delivered', 'closed'] as const
const LEGAL: Partial<Record<OrderStatus, string[]>> = {
  draft: ['open'], released: ['open'], picking: ['open'], packed: ['picked'], shipped: ['packed', 'delivered'], partially_shipped: ['closed']
}
t.test('409 – every step of a status that no state has is refused and names the legal ones (I25)', async t => {
  for (const from of ORDER_STATUSES) {
    const id = await orderIn(from)
    t.equal((await erp.get(urlOf(id))).body.status, from)
    const before = await stored(desk)
    for (const to of TARGETS) {
      if (to === from || LEGAL[from]?.includes(to) === true) continue
      const answer = await erp.patch(urlOf(id), { status: to, ...from === 'open' ? { priority: 1 } : {} })
      t.match(answer, {
        status: 409,
        body: {
          code: 'order.illegal_transition', detail: new RegExp(`^An order that is ${from} does not become ${to}; (legal from ${from}: |${from} is final)`)
        }
      }, `${from} → ${to}: ${answer.text}`)
    }
    t.same(await stored(desk), before, `${from}: nothing has changed`)
    for (const to of TARGETS.filter(to => to === from)) {
      t.match(await erp.patch(urlOf(id), { status: to }), { status: 200, body: { status: from } }, `${from} already`)
    }
  }
})

t.test('200 – each legal step by status, published with from, to and reason', async t => {
  for (const [from, targets] of Object.entries(LEGAL) as Array<[OrderStatus, string[]]>) {
    for (const to of targets) {
      const id = await orderIn(from)
      const { version } = (await erp.get(urlOf(id))).body
      const answer = await erp.patch(urlOf(id), { status: to, reason: 'because' })
      t.match(answer, { status: 200, body: { status: to, version: version + 1 } }, `${from} → ${to}: ${answer.text}`)
      const events = await eventsOf(desk, id)
      t.match(events.find(event => event.type === 'order.status_changed' && event.subject.version === version + 1), {
        data: { status: to, change: { from, to, reason: 'because' } }, previous: { status: from }, causedBy: 'order.update'
      })
      checkVersions(t, events, version + 1)
    }
  }
  await desk.checkOrders(t)
})

t.test('picking → open: what was picked goes back to where it came from and stays allocated', async t => {
  const goods = await desk.stocked([['A', '2030-01-01', 5]])
  const { id } = await desk.order([{ sku: goods.sku, qty: 4 }])
  await desk.bring(id, 'released')
  await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 3 }] })
  t.match(await erp.patch(urlOf(id), { status: 'open' }), {
    status: 200, body: { status: 'open', lines: [{ qtyAllocated: 4, qtyPicked: 0, allocations: [{ stage: 'allocated', qty: 4, location: 'DEFAULT' }] }] }
  })
  const { rows } = await desk.db.query(
    'SELECT "type", "fromLocationId" = $2 AS "fromShipping", "qty", "docType", "docId", "docLineNo" FROM "StockMovement" WHERE "productId" = $1 ORDER BY ' +
      '"seq" DESC LIMIT 2',
    [goods.id, shipping]
  )
  t.same(rows, [{ type: 'unpick', fromShipping: true, qty: 3, docType: 'order', docId: id, docLineNo: 1 }, {
    type: 'pick', fromShipping: false, qty: 3, docType: 'order', docId: id, docLineNo: 1
  }])
  t.match(await desk.stockOf(goods.sku), { onHand: 5, reserved: 4, available: 1 })
  t.match(await desk.bring(id, 'shipped'), { status: 'shipped' }, 'and it goes on from there')
  await desk.checkOrders(t)
})

t.test('packed → picked: the shipment is cancelled; shipped → packed: the ledger takes it back, as often as it is shipped', async t => {
  const goods = await desk.stocked([['A', '2030-01-01', 5], ['B', '2031-01-01', 5]])
  const { id } = await desk.order([{ sku: goods.sku, qty: 7 }])
  await desk.bring(id, 'packed')
  t.match(await erp.patch(urlOf(id), { status: 'picked' }), { status: 200, body: { status: 'picked', lines: [{ qtyPicked: 7, qtyPacked: 0 }] } })
  t.match((await erp.get(`${SHIPMENTS}?order=${id}`)).body.data, [{ status: 'cancelled', parcels: [{ status: 'cancelled' }] }])
  await desk.step(id, 'pack')
  for (let round = 0; round < 2; round++) {
    t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped' } })
    t.match(await desk.stockOf(goods.sku), { onHand: 3, reserved: 0 })
    t.match(await erp.patch(urlOf(id), { status: 'packed' }), { status: 200, body: { status: 'packed', lines: [{ qtyPacked: 7, qtyShipped: 0 }] } })
    t.match(await desk.stockOf(goods.sku), { onHand: 10, reserved: 7 })
    await desk.checkOrders(t)
  }
  const { rows } = await desk.db.query(
    'SELECT "type", count(*)::int AS "n", count("reversalOf")::int AS "reversals", sum("qty") AS "qty" FROM "StockMovement" WHERE "docId" = $1 GROUP BY ' +
      '1 ORDER BY 1',
    [id]
  )
  t.same(rows, [{ type: 'pick', n: 2, reversals: 0, qty: 7 }, { type: 'ship', n: 4, reversals: 0, qty: 14 }, { type: 'unship', n: 4, reversals: 4, qty: 14 }])
})

t.test('409 – shipped → packed not after the window, and not when the carrier has reported something', async t => {
  const published = await orderIn('shipped')
  const [shipment] = (await erp.get(`${SHIPMENTS}?order=${published}`)).body.data
  await erp.patch(`${SHIPMENTS}/${shipment.id as string}`, { status: 'in_transit' })
  t.match(await erp.patch(urlOf(published), { status: 'packed' }), { status: 409, body: { code: 'shipment.not_returnable' } })
  const late = await orderIn('shipped')
  await withSettings(desk, 'order.ship', { unshipWindowMinutes: 0 }, async () => {
    t.match(await erp.patch(urlOf(late), { status: 'packed' }), { status: 409, body: { code: 'shipment.left_too_long_ago' } })
  })
  t.match(await erp.patch(urlOf(late), { status: 'packed' }), { status: 200 })
})

t.test('partially_shipped → closed: the rest is put back, deallocated and cancelled; nothing of what has left is', async t => {
  const goods = await desk.stocked(5)
  const { id } = await desk.order([{ sku: goods.sku, qty: 3 }, { sku: goods.sku, qty: 4 }])
  await desk.bring(id, 'picked')
  await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 2 }] }] })
  await desk.step(id, 'ship')
  t.match(await erp.patch(urlOf(id), { status: 'closed', reason: 'enough' }), {
    status: 200,
    body: {
      status: 'closed', lines: [{ qtyShipped: 2, qtyCancelled: 1, qtyOpen: 0 }, { qtyShipped: 0, qtyCancelled: 4, qtyOpen: 0, qtyPicked: 0, qtyBackordered: 0 }]
    }
  })
  t.match(await desk.stockOf(goods.sku), { onHand: 3, reserved: 0, available: 3, backordered: 0 })
  const [cancelled] = (await eventsOf(desk, id)).filter(event => event.type === 'order.cancelled')
  t.match(cancelled!.data['cancellation'], { reason: 'enough', isWhole: false, lines: [{ lineNo: 1, qty: 1 }, { lineNo: 2, qty: 4 }] })
  await desk.checkOrders(t)
})

t.test('editableUntil – how far an order may have come when its fields change', async t => {
  const reach = { open: ['draft', 'open'], released: ['draft', 'open', 'released'], picking: ['draft', 'open', 'released', 'picking'] }
  for (const [editableUntil, editable] of Object.entries(reach)) {
    await withSettings(desk, 'order.update', { editableUntil }, async () => {
      for (const status of ORDER_STATUSES) {
        const answer = await erp.patch(urlOf(await orderIn(status)), { priority: 1 })
        if (editable.includes(status)) t.match(answer, { status: 200, body: { priority: 1 } }, `${editableUntil}: ${status}`)
        else {
          t.match(
            answer,
            { status: 409, body: { code: 'order.illegal_transition', detail: new RegExp(`legal from ${status}: |${status} is final`) } },
            `${editableUntil}: ${status}: ${answer.text}`
          )
        }
      }
    })
  }
})

t.test('409 – a submitted draft that is short is rejected, and stays a draft', async t => {
  const none = await desk.stocked(0)
  await desk.setting('order.create', { initialStatus: 'draft' })
  const { id } = (await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: none.sku, qty: 1 }] })).body
  await withSettings(desk, 'order.create', { initialStatus: 'open', onShortage: 'reject' }, async () => {
    t.match(await erp.patch(urlOf(id), { status: 'open' }), { status: 409, body: { code: 'order.shortage' } })
    t.match((await erp.get(urlOf(id))).body, { status: 'draft', version: 1 })
  })
  await withSettings(desk, 'order.create', { autoRelease: true }, async () => {
    await desk.receive(none.sku, 1)
    t.match(await erp.patch(urlOf(id), { status: 'open' }), { status: 200, body: { status: 'released' } })
  })
  await desk.checkOrders(t)
})
