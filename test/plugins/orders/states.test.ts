// The table of states and steps: every step from every state.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { callsOf, legalSteps, ORDER_STATUSES, type Limits, type OrderStatus, type Progress, type Step } from '../../../plugins/orders/domain/states.js'
import { eventsOf, ledgerOf, shipFrom, types } from './floor.js'
import { openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
await desk.setting('order.cancel', { cancelUntil: 'packed' })
await desk.setting('order.update', { editableUntil: 'picking' })
const LIMITS: Limits = { cancelUntil: 'packed', editableUntil: 'picking', shipWithoutPick: false }
const { sku } = await desk.stocked(5000)

/** What of an order that was read decides. */
const progressOf = ({ status, holds, lines }: Answer['body']): Progress => ({
  status,
  holds,
  lines: (lines as Array<Record<string, number>>).map(line => ({
    isStocked: true,
    ordered: line['qtyOrdered']!,
    allocated: line['qtyAllocated']!,
    picked: line['qtyPicked']!,
    packed: line['qtyPacked']!,
    shipped: line['qtyShipped']!,
    cancelled: line['qtyCancelled']!,
    backordered: line['qtyBackordered']!
  }))
})

const patch = async (id: string, body: object): Promise<Answer> => await erp.patch(`${ORDERS}/${id}`, body)
const read = async (id: string): Promise<Answer['body']> => (await erp.get(`${ORDERS}/${id}`)).body

const ok = (answer: Answer): Answer['body'] => {
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}

/** A new order of 6, taken to a state. From `partially_shipped` on 2 of it have left and 1 is picked; the rest is open. */
async function orderIn (status: OrderStatus): Promise<string> {
  await desk.setting('order.create', { initialStatus: status === 'draft' ? 'draft' : 'open' })
  const { id } = await desk.order([{ sku, qty: 6 }])
  const step = async (name: string, body: object = {}): Promise<Answer['body']> => ok(await desk.step(id, name, body))
  if (status === 'draft' || status === 'open') return id
  if (status === 'cancelled') await step('cancel')
  else await step('release')
  if (status === 'picking') await step('pick', { lines: [{ lineNo: 1, qty: 2 }] })
  if (status === 'picked') await step('pick')
  if (status === 'packed' || status === 'shipped' || status === 'delivered') { for (const name of ['pick', 'pack']) await step(name) }
  if (status === 'shipped' || status === 'delivered') await step('ship')
  if (status === 'delivered') ok(await patch(id, { status: 'delivered' }))
  if (status !== 'partially_shipped' && status !== 'closed') return id
  await step('pick', { lines: [{ lineNo: 1, qty: 3 }] })
  await step('deallocate')
  await step('pack', { parcels: [{ items: [{ lineNo: 1, qty: 2 }] }] })
  await step('ship')
  if (status === 'closed') ok(await patch(id, { status: 'closed' }))
  // Something to pick, for a step that may.
  else ok(await desk.step(id, 'allocate', {}))
  return id
}

const to = (status: string) => async (id: string): Promise<Answer> => await patch(id, { status })
const step = (name: string, body: object = {}) => async (id: string): Promise<Answer> => await desk.step(id, name, body)

/** [what is called, the steps that it is in some state, the state in which it is no change] */
const CALLS: Array<[name: string, call: (id: string) => Promise<Answer>, steps: Step[], unchanged: OrderStatus | null]> = [
  ['edit', async id => await patch(id, { priority: 9 }), ['edit'], null],
  ['lines', async id => await erp.put(`${ORDERS}/${id}/lines`, { lines: [{ lineNo: 1, sku, qty: 7 }] }), ['edit lines'], null],
  ['allocate', step('allocate'), ['allocate'], null],
  ['deallocate', step('deallocate'), ['deallocate'], null],
  ['release', step('release'), ['release'], null],
  ['pick', step('pick'), ['pick'], null],
  ['pack', step('pack'), ['pack'], null],
  ['unpick', step('unpick'), ['unpick'], null],
  ['unpack', step('unpack'), ['unpack'], null],
  ['ship', step('ship'), ['ship'], null],
  ['cancel', step('cancel'), ['cancel'], 'cancelled'],
  ['cancel a piece', step('cancel', { lines: [{ lineNo: 1, qty: 1 }] }), ['cancel lines', 'cancel'], 'cancelled'],
  ['hold', step('hold', { code: 'test' }), ['hold'], null],
  ['release-hold', step('release-hold'), ['hold'], null],
  ['to open', to('open'), ['submit', 'unrelease', 'reset the pick'], 'open'],
  ['to picked', to('picked'), ['unpack'], 'picked'],
  ['to packed', to('packed'), ['un-ship'], 'packed'],
  ['to delivered', to('delivered'), ['deliver'], 'delivered'],
  ['to closed', to('closed'), ['close'], 'closed']
]

/** As the specification has it: where each call leads from each state. */
const LEADS: Record<OrderStatus, Record<string, OrderStatus>> = {
  draft: { edit: 'draft', lines: 'draft', cancel: 'cancelled', 'cancel a piece': 'draft', hold: 'draft', 'release-hold': 'draft', 'to open': 'open' },
  open: {
    edit: 'open',
    lines: 'open',
    allocate: 'open',
    deallocate: 'open',
    release: 'released',
    cancel: 'cancelled',
    'cancel a piece': 'open',
    hold: 'open',
    'release-hold': 'open'
  },
  released: {
    edit: 'released',
    lines: 'released',
    allocate: 'released',
    deallocate: 'released',
    pick: 'picked',
    cancel: 'cancelled',
    'cancel a piece': 'released',
    hold: 'released',
    'release-hold': 'released',
    'to open': 'open'
  },
  picking: {
    edit: 'picking',
    lines: 'picking',
    allocate: 'picking',
    deallocate: 'picked',
    pick: 'picked',
    unpick: 'open',
    unpack: 'picking',
    pack: 'picking',
    ship: 'partially_shipped',
    cancel: 'cancelled',
    'cancel a piece': 'picking',
    hold: 'picking',
    'release-hold': 'picking',
    'to open': 'open'
  },
  picked: {
    allocate: 'picked',
    deallocate: 'picked',
    unpick: 'open',
    unpack: 'picked',
    pack: 'packed',
    ship: 'shipped',
    cancel: 'cancelled',
    'cancel a piece': 'picked',
    hold: 'picked',
    'release-hold': 'picked'
  },
  packed: {
    allocate: 'packed',
    deallocate: 'packed',
    unpack: 'picked',
    ship: 'shipped',
    cancel: 'cancelled',
    'cancel a piece': 'picked',
    hold: 'packed',
    'release-hold': 'packed',
    'to picked': 'picked'
  },
  partially_shipped: {
    allocate: 'partially_shipped',
    deallocate: 'partially_shipped',
    pick: 'partially_shipped',
    unpick: 'partially_shipped',
    pack: 'partially_shipped',
    unpack: 'partially_shipped',
    ship: 'partially_shipped',
    'cancel a piece': 'partially_shipped',
    hold: 'partially_shipped',
    'release-hold': 'partially_shipped',
    'to closed': 'closed'
  },
  shipped: { 'to packed': 'packed', 'to delivered': 'delivered' },
  delivered: {},
  closed: {},
  cancelled: {}
}

for (const status of ORDER_STATUSES) {
  t.test(`${status} – each step leads where the table says, or is 409 and names the legal ones`, async t => {
    const still = await orderIn(status)
    const before = await read(still)
    t.equal(before.status, status)
    for (const [name, call, steps, unchanged] of CALLS) {
      const target = LEADS[status][name]
      if (target !== undefined) {
        const id = await orderIn(status)
        const legal = legalSteps(progressOf(await read(id)), LIMITS)
        const answer = await call(id)
        t.match(answer, { status: 200, body: { status: target } }, name)
        // A step that has nothing to do is no change, and is not proposed.
        t.ok(steps.some(step => legal.includes(step)) || answer.body.version === before.version, `${name} is said to be legal`)
        continue
      }
      const answer = await call(still)
      if (status === unchanged) {
        t.match(answer, { status: 200, body: { status, version: before.version } }, `${name} is no change`)
        continue
      }
      t.match(answer, { status: 409, body: { code: 'order.illegal_transition' } }, name)
      const legal = callsOf(legalSteps(progressOf(before), LIMITS))
      t.ok(
        (answer.body.detail as string).includes(legal.length === 0 ? `${status} is final` : `legal from ${status}: ${legal.join(', ')}`),
        answer.body.detail as string
      )
    }
    t.same(await read(still), before, 'nothing changed')
  })
}

t.test('the books balance after all of it', async t => {
  await desk.checkOrders(t)
})

t.test('steps that no call can ask for are 400', async t => {
  const id = await orderIn('open')
  for (const status of ['released', 'picking', 'shipped', 'partially_shipped', 'cancelled', 'draft', 'lost']) {
    t.match(await patch(id, { status }), { status: 400, body: { errors: [{ pointer: '/status' }] } })
  }
})

t.test('unrelease keeps what is allocated; a reason is published', async t => {
  const id = await orderIn('released')
  t.match(await patch(id, { status: 'open', reason: 'Not today' }), { status: 200, body: { status: 'open', allocationStatus: 'full' } })
  t.match((await eventsOf(desk, id)).at(-1), {
    type: 'order.status_changed',
    previous: { status: 'released' },
    actor: { id: erp.id },
    data: { change: { from: 'released', to: 'open', reason: 'Not today' } }
  })
})

t.test('a pick is reset: goods go back to the very places that they came from, and stay allocated', async t => {
  const dock = await desk.newLocation('DOCK', { type: 'shipping', pickable: false, sellable: false })
  await desk.newLocation('BIN-1')
  const { sku } = await desk.stocked([['A', '2030-01-01', 3]])
  await desk.receive(sku, 3, { batch: 'A', location: 'BIN-1' })
  await desk.receive(sku, 3, { batch: 'B', expiryDate: '2031-01-01', location: 'BIN-1' })
  await desk.setting('order.create', { initialStatus: 'open' })
  const order = await desk.order([{ sku, qty: 8 }])
  await shipFrom(desk, dock)
  await desk.step(order.id, 'release')
  await desk.step(order.id, 'pick', { lines: [{ lineNo: 1, qty: 7 }] })
  await desk.checkOrders(t)
  const back = await patch(order.id, { status: 'open' })
  t.match(back, { status: 200, body: { status: 'open' } })
  t.same(back.body.lines[0].allocations, order.lines[0].allocations, 'as it was before the pick')
  t.same(await read(order.id), back.body, 'and as it is read')
  const moves = await ledgerOf(desk, order.id) as Array<[string, number, string, string]>
  t.same(
    moves.filter(([type]) => type === 'unpick').map(([, qty, from, to]) => `${qty} ${from} ${to}`).sort(),
    moves.filter(([type]) => type === 'pick').map(([, qty, from, to]) => `${qty} ${to} ${from}`).sort()
  )
  await desk.checkOrders(t)
  t.match(await desk.bring(order.id, 'shipped'), { status: 'shipped' }, 'and it can be done again')
  await desk.checkOrders(t)
  await shipFrom(desk, null)
})

t.test('a pick is reset though its batch was blocked meanwhile', async t => {
  const { sku, id: productId } = await desk.stocked([['A', '2030-01-01', 3]])
  const { id } = await desk.order([{ sku, qty: 3 }])
  await desk.step(id, 'release')
  await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 1 }] })
  await desk.db.query('UPDATE "Batch" SET "status" = \'blocked\' WHERE "productId" = $1', [productId])
  t.match(await patch(id, { status: 'open' }), { status: 200, body: { status: 'open', lines: [{ qtyAllocated: 3 }] } })
  await desk.checkOrders(t)
})

t.test('unpack: parcels are opened and their shipment cancelled, which is published', async t => {
  const id = await orderIn('packed')
  const shipment = (await erp.get(`${SHIPMENTS}?order=${id}`)).body.data[0]
  t.match(await patch(id, { status: 'picked' }), { status: 200, body: { status: 'picked', lines: [{ qtyPicked: 6, qtyPacked: 0 }] } })
  t.match((await erp.get(`${SHIPMENTS}/${shipment.id as string}`)).body, {
    status: 'cancelled', version: 2, parcels: [{ status: 'cancelled', items: [{ qty: 6 }] }]
  })
  t.match((await eventsOf(desk, shipment.id)).at(-1), { type: 'shipment.cancelled', previous: { status: 'packed' }, actor: { id: erp.id } })
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped', shipments: [{ isFinal: true }] } })
  t.equal((await erp.get(`${SHIPMENTS}?order=${id}&status=shipped`)).body.data.length, 1)
  await desk.checkOrders(t)
})

t.test('un-ship: each movement is reversed once, goods are packed and allocated again; then it is shipped again', async t => {
  await desk.newLocation('BIN-2')
  const { sku } = await desk.stocked([['A', '2030-01-01', 3]])
  await desk.receive(sku, 5, { batch: 'A', location: 'BIN-2' })
  const { id } = await desk.order([{ sku, qty: 7 }, { sku, qty: 1 }])
  const dock = await desk.newLocation('DOCK-2', { type: 'shipping', pickable: false, sellable: false })
  await shipFrom(desk, dock)
  const { shipments: [shipment] } = await desk.bring(id, 'shipped')
  t.match(await desk.stockOf(sku), { onHand: 0, reserved: 0 })
  for (let round = 0; round < 2; round++) {
    t.match(await patch(id, { status: 'packed', reason: 'Truck came back' }), {
      status: 200, body: { status: 'packed', lines: [{ qtyPacked: 7, qtyShipped: 0 }, { qtyPacked: 1, qtyShipped: 0 }] }
    })
    t.match(await desk.stockOf(sku), { onHand: 8, reserved: 8, available: 0 })
    t.match((await erp.get(`${SHIPMENTS}/${shipment.id as string}`)).body, {
      status: 'packed', isFinal: false, shippedAt: null, parcels: [{ status: 'packed' }]
    })
    await desk.checkOrders(t)
    await desk.step(id, 'ship')
    await desk.checkOrders(t)
  }
  const { rows } = await desk.db.query('SELECT "reversalOf" FROM "StockMovement" WHERE "docId" = $1 AND "reversalOf" IS NOT NULL', [id])
  t.equal(new Set(rows.map(row => (row as { reversalOf: number }).reversalOf)).size, rows.length, 'none is reversed twice')
  t.match((await eventsOf(desk, shipment.id)).filter(event => event.type === 'shipment.tracking_updated').at(-1), {
    previous: { status: 'shipped', shippedAt: String }, data: { status: 'packed' }
  })
  await shipFrom(desk, null)
})

t.test('un-ship: 409 when the carrier has reported something, when it left in parts, and after the window', async t => {
  const gone = await orderIn('shipped')
  const shipment = (await erp.get(`${SHIPMENTS}?order=${gone}`)).body.data[0]
  await erp.patch(`${SHIPMENTS}/${shipment.id as string}`, { status: 'in_transit' })
  t.match(await patch(gone, { status: 'packed' }), { status: 409, body: { code: 'shipment.not_returnable' } })
  const parts = await orderIn('picked')
  await desk.step(parts, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 1 }] }] })
  await desk.step(parts, 'ship')
  await desk.step(parts, 'ship')
  t.match(await patch(parts, { status: 'packed' }), { status: 409, body: { code: 'shipment.not_returnable' } })
  await desk.setting('order.ship', { unshipWindowMinutes: 10 })
  const late = await orderIn('shipped')
  await desk.advance(9 * 60_000)
  t.match(await patch(late, { status: 'packed' }), { status: 200 })
  await desk.step(late, 'ship')
  await desk.advance(2 * 60_000)
  t.match(await patch(late, { status: 'packed' }), { status: 409, body: { code: 'shipment.left_too_long_ago', detail: /10 minutes/ } })
  t.match(await read(late), { status: 'shipped' })
  await desk.checkOrders(t)
})

t.test('close: what has not left is put back, deallocated and cancelled, its parcels opened', async t => {
  const { sku } = await desk.stocked(10)
  const { id } = await desk.order([{ sku, qty: 12 }])
  await desk.bring(id, 'picked')
  await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 4 }] }] })
  await desk.step(id, 'ship')
  await desk.receive(sku, 1)
  await desk.step(id, 'allocate')
  await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 2 }] }] })
  t.match(await read(id), { lines: [{ qtyShipped: 4, qtyPacked: 2, qtyPicked: 4, qtyAllocated: 1, qtyOpen: 1, qtyBackordered: 1 }] })
  t.match(await patch(id, { status: 'closed', reason: 'Enough' }), {
    status: 200, body: { status: 'closed', lines: [{ qtyShipped: 4, qtyCancelled: 8, qtyOpen: 0, qtyBackordered: 0 }] }
  })
  t.match(await desk.stockOf(sku), { onHand: 7, reserved: 0, available: 7, backordered: 0 })
  const events = (await eventsOf(desk, id)).slice(-2)
  t.same(types(events), ['order.cancelled', 'order.status_changed'])
  t.match(events, [{ data: { cancellation: { reason: 'Enough', isWhole: false, lines: [{ lineNo: 1, qty: 8 }] } } }, {
    previous: { status: 'partially_shipped' }, data: { change: { from: 'partially_shipped', to: 'closed' } }
  }])
  t.same((await erp.get(`${SHIPMENTS}?order=${id as string}`)).body.data.map((shipment: { status: string }) => shipment.status).sort(), ['cancelled',
    'shipped'])
  await desk.checkOrders(t)
})

t.test('deliver: published, and final', async t => {
  const id = await orderIn('shipped')
  t.match(await patch(id, { status: 'delivered' }), { status: 200, body: { status: 'delivered' } })
  t.match((await eventsOf(desk, id)).at(-1), {
    type: 'order.status_changed', previous: { status: 'shipped' }, data: { change: { from: 'shipped', to: 'delivered' } }
  })
  t.match(await patch(id, { status: 'packed' }), { status: 409, body: { code: 'order.illegal_transition', detail: /delivered is final/ } })
})
