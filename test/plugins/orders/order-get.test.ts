// GET /orders/:id
import t from 'tap'
import { checkAccess, problem, urlOf, withSettings } from './common.js'
import { openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
const PEOPLE = { customer: { ref: 'C-1', name: 'Ada Lovelace' }, shipTo: { name: 'Ada', city: 'London' }, billTo: { name: 'Charles' } }

t.test('200 – an order with its lines and allocations, by id, reference and number', async t => {
  const { id: productId, sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const order = await desk.order([{ sku, qty: 4 }], { externalRef: 'Get/1: ä%2F' })
  for (const id of [order.id, `ref:${order.externalRef as string}`, `number:${order.number as string}`]) {
    const answer = await erp.get(urlOf(id as string))
    t.match([answer.status, answer.headers['etag']], [200, '"1"'])
    t.same(answer.body, order)
  }
  t.match(order.lines, [{
    productId, allocations: [{ batch: 'A', batchId: /^bat_/, expiryDate: '2030-01-01', locationId: /^loc_/, qty: 3 }, { batch: 'B', qty: 1 }]
  }])
})

t.test('200 – after each step it reads as the step has answered', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 3]])
  const order = await desk.order([{ sku, qty: 4, unitPrice: '0.1', minShelfLifeDays: 1 }, { sku, qty: 5 }], PEOPLE)
  for (const [step, body] of [['hold', { code: 'x', note: 'y' }], ['release-hold', {}], ['release', {}], ['pick', {}], ['pack', {}], ['ship', {}]] as const) {
    const { shipments: _, ...answered } = (await desk.step(order.id, step, body)).body
    t.same((await erp.get(urlOf(order.id))).body, answered, step)
  }
})

t.test('exposePersonalData off – no answer has customer or addresses, events have them', async t => {
  const { sku } = await desk.stocked(9)
  const order = await desk.order([{ sku, qty: 1 }], PEOPLE)
  t.match(order, PEOPLE)
  await withSettings(desk, 'order.get', { exposePersonalData: false }, async () => {
    const taken = { externalRef: order.externalRef, lines: [{ sku, qty: 1 }] }
    await desk.setting('order.create', { duplicateMode: 'return_existing' })
    const answers = {
      get: (await erp.get(urlOf(order.id))).body,
      list: (await erp.get(`${ORDERS}?externalRef=${order.externalRef as string}`)).body.data[0],
      unchanged: (await erp.patch(urlOf(order.id), { priority: 5 })).body,
      update: (await erp.patch(urlOf(order.id), { priority: 6 })).body,
      lines: (await erp.put(`${urlOf(order.id)}/lines`, { lines: [{ lineNo: 1, sku, qty: 2 }] })).body,
      hold: (await desk.step(order.id, 'hold', { code: 'x' })).body,
      releaseHold: (await desk.step(order.id, 'release-hold')).body,
      allocate: (await desk.step(order.id, 'allocate')).body,
      existing: (await erp.post(ORDERS, taken)).body,
      cancel: (await desk.step(order.id, 'cancel')).body
    }
    for (const [name, body] of Object.entries(answers)) t.match([body.id, body.customer, body.shipTo, body.billTo], [order.id, null, null, null], name)
    await desk.setting('order.create', { duplicateMode: null })
  })
  t.match((await erp.get(urlOf(order.id))).body, PEOPLE, 'they are kept')
  for (const event of (await desk.allEvents()).filter(({ subject }) => subject.id === order.id)) t.match(event.data, PEOPLE, event.type)
})

t.test('400 – an id with control characters or of endless length, and parameters that reads have not', async t => {
  const { sku } = await desk.stocked(1)
  const { id } = await desk.order([{ sku, qty: 1 }])
  t.same(problem(await erp.get(urlOf('ref:a\u0007'))), [400, 'request.invalid', '/id'])
  t.same(problem(await erp.get(urlOf('x'.repeat(201)))), [400, 'request.invalid', '/id'])
  t.same(problem(await erp.get(`${urlOf(id)}?dryRun=true`)), [400, 'request.invalid', '/dryRun'])
})

t.test('401, 403, 404 – no one, without order.get, unknown, another owner\'s, off', async t => {
  const { sku } = await desk.stocked(1)
  await checkAccess(t, desk, 'order.get', await desk.order([{ sku, qty: 1 }]), async (caller, id) => await caller.get(urlOf(id)))
})
