// POST /orders/:id/cancel
import t from 'tap'
import { newSku } from '../catalog/setup.js'
import { checkAccess, checkVersions, checkWrite, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import { openDesk, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const shipping = await desk.newLocation('SHIP', { type: 'shipping', pickable: false })
await desk.db.query('UPDATE "Warehouse" SET "defaultShippingLocationId" = $1', [shipping])

t.test('200 – all of it: what was allocated is free at once, and published (I15)', async t => {
  const { id: productId, sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const order = await desk.order([{ sku, qty: 4 }, { sku, qty: 5 }])
  const answer = await desk.step(order.id, 'cancel', { reason: 'Customer changed their mind' })
  t.match(answer, {
    status: 200,
    headers: { etag: '"2"' },
    body: {
      status: 'cancelled',
      allocationStatus: 'none',
      cancelReason: 'Customer changed their mind',
      lines: [{ qtyCancelled: 4, qtyOpen: 0, qtyAllocated: 0, qtyBackordered: 0 }, { qtyCancelled: 5, qtyBackordered: 0 }]
    }
  })
  t.same((await erp.get(urlOf(order.id))).body, answer.body)
  t.match(await desk.stockOf(sku), { onHand: 6, reserved: 0, available: 6, backordered: 0 })
  const events = await eventsOf(desk, order.id)
  t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.backordered', 'order.cancelled', 'order.status_changed'])
  t.match(events[3], { causedBy: 'order.cancel', actor: { type: 'client', id: erp.id }, data: { status: 'cancelled', version: 2 } })
  t.same(events[3]!.data['cancellation'], {
    reason: 'Customer changed their mind',
    isWhole: true,
    lines: [{ lineNo: 1, sku, qty: 4 }, { lineNo: 2, sku, qty: 5 }],
    released: [
      { lineNo: 1, batch: 'B', location: 'DEFAULT', qty: 1 },
      { lineNo: 1, batch: 'A', location: 'DEFAULT', qty: 3 },
      { lineNo: 2, batch: 'B', location: 'DEFAULT', qty: 2 }
    ]
  })
  t.match(events[4], { data: { change: { from: 'open', to: 'cancelled', reason: 'Customer changed their mind' } }, previous: { status: 'open' } })
  checkVersions(t, events, 2)
  const [published] = (await desk.allEvents()).filter(event => event.type === 'stock.updated' && event.data['product'].id === productId).slice(-1)
  t.match(published, {
    data: { reserved: 0, available: 6, backordered: 0, causes: [{ type: 'release', docId: order.id, qty: -6 }, { type: 'backorder', qty: -3 }] },
    previous: { reserved: 6, available: 0, backordered: 3 },
    actor: { type: 'client', id: erp.id }
  })
  await desk.checkOrders(t)
})

t.test('200 – cancelling again is no change; nothing else may be done with it ever again', async t => {
  const { sku } = await desk.stocked(3)
  const { id } = await desk.order([{ sku, qty: 2 }])
  const first = await desk.step(id, 'cancel', { reason: 'a' })
  const before = await stored(desk)
  for (const body of [{ reason: 'b' }, { lines: [{ lineNo: 1 }] }, {}]) t.same((await desk.step(id, 'cancel', body)).body, first.body)
  for (
    const [step, body] of [['allocate', {}], ['deallocate', {}], ['release', {}], ['pick', {}], ['pack', {}], ['ship', {}], ['hold', { code: 'x' }], [
      'release-hold', {}
    ]] as const
  ) {
    t.match(await desk.step(id, step, body), { status: 409, body: { code: 'order.illegal_transition', detail: /cancelled is final/ } }, step)
  }
  t.match(await erp.put(`${urlOf(id)}/lines`, { lines: [{ sku, qty: 1 }] }), { status: 409, body: { code: 'order.illegal_transition' } })
  t.same(await stored(desk), before)
  await desk.receive(sku, 5)
  t.match(await desk.stockOf(sku), { reserved: 0, available: 8 })
})

t.test('200 – of two at once one cancels, and an allocation at the same time never outlives it', async t => {
  const { sku } = await desk.stocked(50)
  for (let round = 0; round < 5; round++) {
    let id = ''
    await withSettings(desk, 'order.create', { autoAllocate: false }, async () => { id = (await desk.order([{ sku, qty: 5 }])).id })
    const answers = await Promise.all([desk.step(id, 'allocate'), desk.step(id, 'cancel'), desk.step(id, 'cancel')])
    t.same(answers.slice(1).map(answer => answer.status), [200, 200])
    t.ok([200, 409].includes(answers[0]!.status), answers[0]!.text)
    t.equal((await typesOf(desk, id)).filter(type => type === 'order.cancelled').length, 1)
  }
  t.match(await desk.stockOf(sku), { reserved: 0 })
  await desk.checkOrders(t)
})

t.test('200 – drafts, services and lines that no one knows are cancelled without touching stock', async t => {
  const { sku } = await desk.stocked(3)
  const service = await desk.newProduct({ kind: 'service' })
  await withSettings(desk, 'order.create', { onUnknownSku: 'hold', initialStatus: 'draft' }, async () => {
    for (
      const lines of [[{ sku, qty: 1 }], [{ sku: service.sku, qty: 1 }], [{ sku: newSku(), qty: 1 }], [{ sku: newSku(), qty: 1 }, { sku, qty: 1 }, {
        sku: service.sku, qty: 2
      }]]
    ) {
      const { id } = await desk.order(lines)
      const before = (await desk.allEvents()).length
      t.match(await desk.step(id, 'cancel'), { status: 200, body: { status: 'cancelled', cancelReason: null } })
      t.equal((await desk.allEvents()).length, before + 2)
    }
  })
  await desk.checkOrders(t)
})

t.test('200 – lines and parts of lines: what is open goes first, then what is allocated', async t => {
  await desk.setting('order.allocate', { backorders: 'manual' })
  const { sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const { id } = await desk.order([{ sku, qty: 8 }, { sku, qty: 1 }])
  t.match((await desk.step(id, 'cancel', { lines: [{ lineNo: 1, qty: 1 }] })).body, {
    status: 'open', lines: [{ qtyCancelled: 1, qtyAllocated: 6, qtyBackordered: 1 }, { qtyBackordered: 1 }]
  })
  t.match((await desk.step(id, 'cancel', { reason: 'less', lines: [{ lineNo: 1, qty: 3 }] })).body, {
    lines: [{ qtyCancelled: 4, qtyAllocated: 4, qtyBackordered: 0, allocations: [{ batch: 'A', qty: 3 }, { batch: 'B', qty: 1 }] }], cancelReason: null
  })
  t.match((await eventsOf(desk, id)).at(-1), {
    type: 'order.cancelled', data: { cancellation: { reason: 'less', isWhole: false, lines: [{ lineNo: 1, qty: 3 }], released: [{ batch: 'B', qty: 2 }] } }
  })
  t.match(await desk.stockOf(sku), { reserved: 4, available: 2, backordered: 1 })
  t.match((await desk.step(id, 'cancel', { lines: [{ lineNo: 2 }] })).body, { status: 'open', lines: [{}, { qtyCancelled: 1 }] })
  const before = await stored(desk)
  t.match(await desk.step(id, 'cancel', { lines: [{ lineNo: 2 }] }), { status: 200, body: { version: 4 } }, 'nothing is left of it: no change')
  t.same(await stored(desk), before)
  t.match(
    (await desk.step(id, 'cancel', { reason: 'all', lines: [{ lineNo: 1 }] })).body,
    { status: 'cancelled', cancelReason: 'all' },
    'nothing is left of the order'
  )
  t.match((await eventsOf(desk, id)).at(-2), { type: 'order.cancelled', data: { cancellation: { isWhole: true } } })
  await desk.checkOrders(t)
  await desk.setting('order.allocate', { backorders: null })
})

t.test('cancelUntil – how far an order may have come; what was picked or packed is put back', async t => {
  const STATES = ['open', 'released', 'picking', 'picked', 'packed'] as const
  for (const cancelUntil of STATES) {
    await withSettings(desk, 'order.cancel', { cancelUntil }, async () => {
      for (const status of STATES) {
        const { id: productId, sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 4]])
        const { id } = await desk.order([{ sku, qty: 6 }])
        if (status === 'picking') {
          await desk.bring(id, 'released')
          await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 5 }] })
        } else if (status !== 'open') await desk.bring(id, status)
        const answer = await desk.step(id, 'cancel')
        if (STATES.indexOf(status) > STATES.indexOf(cancelUntil)) {
          t.match(answer, {
            status: 409,
            body: {
              code: 'order.illegal_transition', detail: new RegExp(`until an order is ${cancelUntil}, and this one is ${status}; legal from ${status}: `)
            }
          }, `${cancelUntil}: ${status}`)
          continue
        }
        t.match(
          answer,
          { status: 200, body: { status: 'cancelled', lines: [{ qtyCancelled: 6, qtyPicked: 0, qtyPacked: 0, allocations: { length: 0 } }] } },
          `${cancelUntil}: ${status}: ${answer.text}`
        )
        t.match(await desk.stockOf(sku), { onHand: 8, reserved: 0, available: 8 })
        const { rows } = await desk.db.query<{ type: string, back: boolean, qty: number }>(
          'SELECT "type", coalesce("fromLocationId" = $2, false) AS "back", sum("qty") AS "qty" FROM "StockMovement" WHERE "productId" = $1 AND ' +
            '"docType" = \'order\' GROUP BY 1, 2 ORDER BY 1',
          [productId, shipping]
        )
        const qty = status === 'picking' ? 5 : 6
        t.same(
          rows,
          status === 'open' || status === 'released' ? [] : [{ type: 'pick', back: false, qty }, { type: 'unpick', back: true, qty }],
          `${status}: as much is put back as was picked`
        )
        t.same(
          (await erp.get(`${SHIPMENTS}?order=${id}`)).body.data.map((shipment: { status: string }) => shipment.status), status === 'packed' ? ['cancelled'] : []
        )
      }
    })
  }
  await desk.checkOrders(t)
})

t.test('200 – a part of what is picked or packed is put back, and the order stands where the rest is', async t => {
  await withSettings(desk, 'order.cancel', { cancelUntil: 'packed' }, async () => {
    const { sku } = await desk.stocked(20)
    const picking = await desk.order([{ sku, qty: 2 }, { sku, qty: 2 }])
    await desk.bring(picking.id, 'released')
    await desk.step(picking.id, 'pick', { lines: [{ lineNo: 1 }] })
    t.match(
      await desk.step(picking.id, 'cancel', { lines: [{ lineNo: 2 }] }),
      { body: { status: 'picked', lines: [{ qtyPicked: 2 }, { qtyCancelled: 2 }] } },
      'all that is left is picked'
    )
    t.match(await desk.step(picking.id, 'cancel', { lines: [{ lineNo: 1, qty: 1 }] }), {
      body: { status: 'picked', lines: [{ qtyPicked: 1, qtyCancelled: 1 }] }
    })
    const packed = await desk.order([{ sku, qty: 2 }, { sku, qty: 2 }])
    await desk.bring(packed.id, 'packed')
    t.match(await desk.step(packed.id, 'cancel', { lines: [{ lineNo: 2, qty: 1 }] }), {
      body: { status: 'picked', lines: [{ qtyPicked: 2, qtyPacked: 0 }, { qtyPicked: 1, qtyCancelled: 1 }] }
    }, 'its parcels are opened')
    t.match(await desk.step(packed.id, 'pack'), { status: 200, body: { status: 'packed' } })
    t.match(await desk.step(packed.id, 'ship'), { status: 200, body: { status: 'shipped', lines: [{ qtyShipped: 2 }, { qtyShipped: 1, qtyCancelled: 1 }] } })
    await desk.checkOrders(t)
  })
})

t.test('409 – refused once a parcel has left', async t => {
  await withSettings(desk, 'order.cancel', { cancelUntil: 'packed' }, async () => {
    const { sku } = await desk.stocked(20)
    const { id } = await desk.order([{ sku, qty: 2 }, { sku, qty: 2 }])
    await desk.bring(id, 'picked')
    await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 1 }] }] })
    await desk.step(id, 'ship')
    const before = await stored(desk)
    for (const body of [{}, { lines: [{ lineNo: 2 }] }]) {
      t.match(await desk.step(id, 'cancel', body), {
        status: 409, body: { code: 'order.illegal_transition', detail: /legal from partially_shipped: .*with status closed/ }
      })
    }
    t.same(await stored(desk), before)
    const whole = await desk.order([{ sku, qty: 1 }])
    await desk.bring(whole.id, 'shipped')
    t.match(await desk.step(whole.id, 'cancel'), {
      status: 409,
      body: {
        code: 'order.illegal_transition', detail: /legal from shipped: PATCH \/orders\/\{id\} with status packed, PATCH \/orders\/\{id\} with status delivered/
      }
    })
    await erp.patch(urlOf(whole.id), { status: 'delivered' })
    t.match(await desk.step(whole.id, 'cancel'), { status: 409, body: { code: 'order.illegal_transition', detail: /delivered is final/ } })
  })
})

t.test('400, 422 – named by line', async t => {
  const { sku } = await desk.stocked(5)
  const { id } = await desk.order([{ sku, qty: 2 }])
  const wrong: Array<[object, string]> = [[{ reason: '' }, '/reason'], [{ reason: 'x'.repeat(501) }, '/reason'], [{ why: 'x' }, '/why'], [{ lines: [] },
    '/lines'], [{ lines: [{}] }, '/lines/0/lineNo'], [{ lines: [{ lineNo: 0 }] }, '/lines/0/lineNo'], [{ lines: [{ lineNo: 1, qty: 0 }] }, '/lines/0/qty'], [{
    lines: [{ lineNo: 1, qty: 1e20 }]
  }, '/lines/0/qty'], [{ lines: [{ lineNo: 1, sku }] }, '/lines/0/sku']]
  for (const [body, pointer] of wrong) t.same(problem(await desk.step(id, 'cancel', body)), [400, 'request.invalid', pointer], JSON.stringify(body))
  const broken: Array<[object[], string, string]> = [
    [[{ lineNo: 1 }, { lineNo: 2 }], 'order.unknown_line', '/lines/1/lineNo'],
    [[{ lineNo: 1, qty: 1 }, { lineNo: 1, qty: 1 }], 'order.line_twice', '/lines/1/lineNo'],
    [[{ lineNo: 1, qty: 3 }], 'order.quantity', '/lines/0/qty'],
    [[{ lineNo: 1, qty: 99_999_999_999 }], 'order.quantity', '/lines/0/qty'],
    [[{ lineNo: 1, qty: 0.5 }], 'uom.not_divisible', '/lines/0/qty']
  ]
  for (const [lines, code, pointer] of broken) t.same(problem(await desk.step(id, 'cancel', { lines })), [422, code, pointer], JSON.stringify(lines))
  t.match((await erp.get(urlOf(id))).body, { version: 1, allocationStatus: 'full' })
})

t.test('401, 403, 404 – no one, without order.cancel, unknown, another owner\'s, off', async t => {
  const { sku } = await desk.stocked(1)
  await checkAccess(t, desk, 'order.cancel', await desk.order([{ sku, qty: 1 }]), async (caller, id) => await caller.post(`${urlOf(id)}/cancel`, {}))
})

t.test('412, dryRun, Idempotency-Key', async t => {
  const { sku } = await desk.stocked(1)
  await checkWrite(t, desk, await desk.order([{ sku, qty: 1 }]), ['order.cancelled', 'order.status_changed', 'stock.updated', 'stock.back_in_stock'],
    async (caller, id, query = '', headers = {}) => await caller.post(`${urlOf(id)}/cancel${query}`, { reason: 'x' }, headers))
})
