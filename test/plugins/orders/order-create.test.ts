// POST /orders
import t from 'tap'
import { newSku } from '../catalog/setup.js'
import { MAIN } from '../inventory/setup.js'
import { checkVersions, eventsOf, problem, stored, typesOf, urlOf, withSettings } from './common.js'
import { newRef, openDesk, ORDERS } from './setup.js'

const desk = await openDesk(t)
const { erp, foreign } = desk
const FULL = {
  channel: 'webshop',
  type: 'b2b',
  customer: { ref: 'C-1', name: 'Ada Lovelace', company: 'Engines Ltd', email: 'ada@example.com', phone: '+44 20 7946 0000' },
  shipTo: {
    name: 'Ada',
    company: 'Engines',
    email: 'a@example.com',
    phone: '1',
    street1: '12 St James\'s Square',
    street2: 'Floor 2',
    postcode: 'SW1Y 4JH',
    city: 'London',
    state: 'England',
    country: 'GB'
  },
  billTo: { name: 'Charles', street2: null, country: 'FR' },
  carrierCode: 'DPD',
  serviceCode: 'NEXT_DAY',
  shippingProcess: 'standard',
  priority: 9,
  requestedShipDate: '2026-12-01',
  requestedDeliveryDate: '2026-12-03',
  cancelAfterDate: '2028-02-29',
  allowPartialShipment: false,
  currency: 'GBP',
  giftMessage: 'Two lines\nof "text"',
  packingNote: '',
  tags: ['vip', 'a,b', '"q"', '\\', '{x}', 'NULL'],
  attributes: { gift: true, nested: { list: [1, null, 'x'] } }
}

t.test('201 – everything that is said is kept and read back, and published', async t => {
  const { id: productId, sku } = await desk.stocked([['A', '2030-01-01', 40]], { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  const line = { uomCode: 'CASE', qty: 2, externalLineRef: '10', batch: 'A', minShelfLifeDays: 60, unitPrice: '3.3900', attributes: { colour: ['red'] } }
  const externalRef = newRef()
  const created = await erp.post(ORDERS, { externalRef, warehouse: 'MAIN', ...FULL, lines: [{ sku: sku.toLowerCase(), ...line }, { sku, qty: 1 }] })
  t.match(created, { status: 201, headers: { etag: '"1"', location: `${ORDERS}/${created.body.id as string}` } }, created.text)
  const { id, ownerId, number, createdAt, updatedAt, lines, ...rest } = created.body
  t.match([id, ownerId, number], [/^ord_[0-9A-Z]{26}$/, 'own_00000000000000000000000000', /^SO-\d{7}$/])
  t.equal(createdAt, updatedAt)
  t.same(rest, {
    externalRef,
    status: 'open',
    allocationStatus: 'full',
    holds: [],
    warehouse: { id: MAIN, code: 'MAIN' },
    ...FULL,
    cancelReason: null,
    lineCount: 2,
    version: 1
  })
  const { allocations: [allocation, ...none], ...first } = lines[0]
  t.same(first, {
    lineNo: 1,
    externalLineRef: '10',
    productId,
    sku,
    name: 'A product',
    uomCode: 'CASE',
    qtyUom: 2,
    qtyOrdered: 24,
    qtyOpen: 0,
    qtyAllocated: 24,
    qtyPicked: 0,
    qtyPacked: 0,
    qtyShipped: 0,
    qtyCancelled: 0,
    qtyBackordered: 0,
    pinnedBatch: 'A',
    minShelfLifeDays: 60,
    unitPrice: '3.39',
    attributes: { colour: ['red'] }
  })
  t.match([allocation, none], [{ stage: 'allocated', qty: 24, batch: 'A', expiryDate: '2030-01-01', location: 'DEFAULT', strategy: 'FEFO', pinned: true }, []])
  t.match(lines[1], { lineNo: 2, uomCode: null, qtyUom: 1, unitPrice: null, attributes: {}, externalLineRef: null, allocations: [{ qty: 1, pinned: false }] })
  t.same((await erp.get(urlOf(id))).body, created.body)
  const events = await eventsOf(desk, id)
  t.same(events.map(event => event.type), ['order.created', 'order.allocated'])
  for (const event of events) {
    t.match(event, {
      subject: { type: 'order', id, version: 1, externalRef },
      ownerId,
      warehouseId: MAIN,
      causedBy: 'order.create',
      actor: { type: 'client', id: erp.id },
      previous: null,
      requestId: created.headers['x-request-id']
    })
    t.same(event.data, event.type === 'order.allocated' ? { ...created.body, cause: null } : created.body)
  }
  await desk.checkOrders(t)
})

t.test('201 – a reference and a line are enough; the rest has defaults, and null is as good as leaving out', async t => {
  const { sku } = await desk.stocked(5)
  const nothing = { channel: null, customer: null, shipTo: null, billTo: null, carrierCode: null, requestedShipDate: null, currency: null, giftMessage: null }
  for (const fields of [{}, nothing]) {
    const order = await desk.order([{ sku, qty: 1, uomCode: null, batch: null, unitPrice: null, externalLineRef: null, minShelfLifeDays: null }], fields)
    t.match(order, {
      status: 'open', type: 'b2c', priority: 5, allowPartialShipment: true, tags: { length: 0 }, holds: { length: 0 }, warehouse: { code: 'MAIN' }
    })
    t.same([order.channel, order.customer, order.shipTo, order.billTo, order.currency, order.giftMessage, order.cancelAfterDate, order.attributes], [null, null,
      null, null, null, null, null, {}])
  }
})

t.test('201 – references are composed and lose the spaces around them; aliases find them', async t => {
  const { sku } = await desk.stocked(1)
  const order = await desk.order([{ sku, qty: 1 }], { externalRef: '  bo\u0308 1/ä?  ' })
  t.equal(order.externalRef, 'b\u00f6 1/ä?')
  for (const id of ['ref:b\u00f6 1/ä?', `number:${order.number as string}`, `number:${(order.number as string).toLowerCase()}`, order.id]) {
    t.equal((await erp.get(urlOf(id as string))).body.id, order.id)
  }
})

t.test('201 – repeated SKUs never get the same stock twice', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 3], ['B', '2031-01-01', 4]])
  const order = await desk.order([{ sku, qty: 2 }, { sku: sku.toLowerCase(), qty: 2 }, { sku, qty: 5 }])
  t.match(order, {
    allocationStatus: 'partial',
    lines: [
      { qtyAllocated: 2, allocations: [{ batch: 'A', qty: 2 }] },
      { qtyAllocated: 2, allocations: [{ batch: 'A', qty: 1 }, { batch: 'B', qty: 1 }] },
      { qtyAllocated: 3, qtyOpen: 2, qtyBackordered: 2, allocations: [{ batch: 'B', qty: 3 }] }
    ]
  })
  t.match(await desk.stockOf(sku), { onHand: 7, reserved: 7, available: 0, backordered: 2 })
  await desk.checkOrders(t)
})

t.test('201 – stock.updated has what is allocated, once per product, and stock.out when that was all', async t => {
  const { id, sku } = await desk.stocked(5)
  const order = await desk.order([{ sku, qty: 3 }, { sku, qty: 4 }])
  const events = (await desk.allEvents()).filter(event => event.data['product']?.id === id)
  t.same(events.map(event => event.type), ['stock.movement_created', 'stock.updated', 'stock.back_in_stock', 'stock.updated', 'stock.out'])
  t.match(events[3], {
    subject: { type: 'stock', version: 2 },
    actor: { type: 'client', id: erp.id },
    data: {
      onHand: 5,
      reserved: 5,
      available: 0,
      backordered: 2,
      causes: [{ type: 'allocation', docType: 'order', docId: order.id, qty: 5 }, { type: 'backorder', docId: order.id, qty: 2 }]
    }
  })
  t.same(events[3]!.previous, { reserved: 0, available: 5, backordered: 0 })
  t.same(await typesOf(desk, order.id), ['order.created', 'order.allocated', 'order.backordered'])
})

t.test('201 – units: a case of 12, decimals as the product has them, and a unit that comes to less than a piece', async t => {
  const { sku } = await desk.stocked(0, {
    qtyScale: 3, uoms: [{ code: 'CASE', qtyInBase: 12 }, { code: 'DROP', qtyInBase: 0.001 }, { code: 'ODD', qtyInBase: 0.3333 }]
  })
  const order = await desk.order([{ sku, qty: 2.5, uomCode: 'CASE' }, { sku, qty: 1.001, uomCode: 'EA' }, { sku, qty: 7, uomCode: 'DROP' }, { sku, qty: 0.1 }, {
    sku, qty: 0.2
  }, { sku, qty: 10, uomCode: 'ODD' }])
  t.same(order.lines.map((line: Record<string, unknown>) => [line['qtyUom'], line['uomCode'], line['qtyOrdered'], line['qtyBackordered']]), [
    [2.5, 'CASE', 30, 30], [1.001, 'EA', 1.001, 1.001], [7, 'DROP', 0.007, 0.007], [0.1, null, 0.1, 0.1], [0.2, null, 0.2, 0.2], [10, 'ODD', 3.333, 3.333]
  ])
  t.equal((await desk.stockOf(sku)).backordered, 34.641)
  const refused = async (line: object): Promise<unknown> =>
    problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }, { sku, ...line }] }))
  t.same(await refused({ qty: 1.0001 }), [422, 'uom.not_divisible', '/lines/1/qty'])
  t.same(await refused({ qty: 0.5, uomCode: 'DROP' }), [422, 'uom.not_divisible', '/lines/1/qty'])
  t.same(await refused({ qty: 1, uomCode: 'ODD' }), [422, 'uom.not_divisible', '/lines/1/qty'])
  t.same(await refused({ qty: 99_999_999_999, uomCode: 'ODD' }), [422, 'uom.not_divisible', '/lines/1/qty'], 'beyond what a double holds exactly')
  t.same(await refused({ qty: 1, uomCode: 'case' }), [422, 'uom.unknown', '/lines/1/uomCode'])
  t.same(await refused({ qty: 99_999_999_999, uomCode: 'CASE' }), [422, 'order.quantity', '/lines/1/qty'])
  const tiny = await desk.stocked(0, { qtyScale: 4, uoms: [{ code: 'MORE', qtyInBase: 1.0001 }] })
  t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: tiny.sku, qty: 9999999999.9999, uomCode: 'MORE' }] })), [422,
    'uom.not_divisible', '/lines/0/qty'])
  const whole = await desk.stocked(0, { uoms: [{ code: 'CASE', qtyInBase: 12 }] })
  t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: whole.sku, qty: 0.04, uomCode: 'CASE' }] })), [422, 'uom.not_divisible',
    '/lines/0/qty'])
  t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: whole.sku, qty: 1.5 }] })), [422, 'uom.not_divisible', '/lines/0/qty'])
  await desk.checkOrders(t)
})

t.test('huge quantities are kept or refused, and never break anything', async t => {
  const { sku } = await desk.stocked(0, { qtyScale: 4 })
  t.match(await desk.order([{ sku, qty: 99_999_999_999 }]), { lines: [{ qtyOrdered: 99_999_999_999, qtyBackordered: 99_999_999_999 }] })
  t.match(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 99_999_999_999 }] }), {
    status: 409, body: { code: 'order.too_much_backordered' }
  })
  const many = await desk.stocked(0, { qtyScale: 4 })
  t.match(await erp.post(ORDERS, { externalRef: newRef(), lines: Array.from({ length: 30 }, () => ({ sku: many.sku, qty: 99_999_999_999 })) }), {
    status: 409, body: { code: 'order.too_much_backordered' }
  })
  t.match(await desk.order([{ sku: many.sku, qty: 12345678901.2345 }]), { lines: [{ qtyOrdered: 12345678901.2345 }] })
  await desk.checkOrders(t)
})

t.test('201 – a service is ordered, and not allocated', async t => {
  const { sku } = await desk.stocked(2)
  const service = await desk.newProduct({ kind: 'service' })
  const order = await desk.order([{ sku: service.sku, qty: 1 }, { sku, qty: 2 }])
  t.match(order, { allocationStatus: 'full', lines: [{ qtyOpen: 1, qtyAllocated: 0, qtyBackordered: 0, allocations: { length: 0 } }, { qtyAllocated: 2 }] })
  t.match(await desk.order([{ sku: service.sku, qty: 1 }]), { allocationStatus: 'full' })
  t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: service.sku, qty: 1, batch: 'A' }] })), [422, 'batch.not_tracked',
    '/lines/0/batch'])
  await desk.checkOrders(t)
})

t.test('201 – 2,000 lines with all that a line can say, as long as it can be', async t => {
  const { sku } = await desk.stocked([[`B${'x'.repeat(49)}`, '2030-01-01', 50_000]], {
    sku: `S${'x'.repeat(62)}1`, uoms: [{ code: 'CASE567890123456', qtyInBase: 12 }]
  })
  const lines = Array.from({ length: 2000 }, (_, index) => ({
    sku,
    qty: 2,
    uomCode: 'CASE567890123456',
    externalLineRef: `${'r'.repeat(59)}${String(index).padStart(5, '0')}`,
    batch: `B${'x'.repeat(49)}`,
    minShelfLifeDays: 300,
    unitPrice: '99999999999999.9999',
    attributes: { one: 'x'.repeat(40), two: 2, three: { four: [4] }, five: null }
  }))
  const started = performance.now()
  const created = await erp.post(ORDERS, { externalRef: newRef(), ...FULL, lines })
  t.comment(`${Math.round(performance.now() - started)} ms`)
  t.match([created.status, created.body.lineCount, created.body.allocationStatus], [201, 2000, 'full'], created.text.slice(0, 500))
  t.match(created.body.lines[1999], {
    lineNo: 2000,
    externalLineRef: lines[1999]!.externalLineRef,
    attributes: lines[0]!.attributes,
    unitPrice: lines[0]!.unitPrice,
    pinnedBatch: lines[0]!.batch,
    qtyAllocated: 24
  })
  t.same((await erp.get(urlOf(created.body.id))).body, created.body)
  t.match(await desk.stockOf(sku), { reserved: 48_000, available: 2000 })
  t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [...lines, lines[0]] })), [400, 'request.invalid', '/lines'])
  t.match(await desk.step(created.body.id, 'cancel'), { status: 200, body: { status: 'cancelled' } })
  t.match(await desk.stockOf(sku), { reserved: 0, available: 50_000 })
  await desk.checkOrders(t)
})

t.test('400 – a wrong type, an unknown or a missing field is named and never coerced', async t => {
  const { sku } = await desk.stocked(1)
  const line = { sku, qty: 1 }
  const cases: Array<[object, string]> = [
    [{ externalRef: undefined }, '/externalRef'],
    [{ externalRef: '' }, '/externalRef'],
    [{ externalRef: ' ' }, '/externalRef'],
    [{ externalRef: 5 }, '/externalRef'],
    [{ externalRef: 'x'.repeat(129) }, '/externalRef'],
    [{ externalRef: 'a\tb' }, '/externalRef'],
    [{ warehouse: null }, '/warehouse'],
    [{ warehouse: '' }, '/warehouse'],
    [{ status: 'open' }, '/status'],
    [{ id: 'ord_1' }, '/id'],
    [{ number: 'SO-1' }, '/number'],
    [{ lines: undefined }, '/lines'],
    [{ lines: [] }, '/lines'],
    [{ lines: {} }, '/lines'],
    [{ lines: [7] }, '/lines/0'],
    [{ lines: [line, { qty: 1 }] }, '/lines/1/sku'],
    [{ lines: [{ sku }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, lineNo: 1 }] }, '/lines/0/lineNo'],
    [{ lines: [{ ...line, qty: 0 }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: -1 }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: '1' }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: 1e12 }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: 1e300 }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: 0.00001 }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, qty: null }] }, '/lines/0/qty'],
    [{ lines: [{ ...line, uomCode: '' }] }, '/lines/0/uomCode'],
    [{ lines: [{ ...line, uomCode: 'x'.repeat(17) }] }, '/lines/0/uomCode'],
    [{ lines: [{ ...line, batch: 'x'.repeat(51) }] }, '/lines/0/batch'],
    [{ lines: [{ ...line, minShelfLifeDays: -1 }] }, '/lines/0/minShelfLifeDays'],
    [{ lines: [{ ...line, minShelfLifeDays: 1.5 }] }, '/lines/0/minShelfLifeDays'],
    [{ lines: [{ ...line, unitPrice: 3.5 }] }, '/lines/0/unitPrice'],
    [{ lines: [{ ...line, unitPrice: '3,5' }] }, '/lines/0/unitPrice'],
    [{ lines: [{ ...line, unitPrice: '-1' }] }, '/lines/0/unitPrice'],
    [{ lines: [{ ...line, unitPrice: '1.00000' }] }, '/lines/0/unitPrice'],
    [{ lines: [{ ...line, attributes: null }] }, '/lines/0/attributes'],
    [{ lines: [{ ...line, sku: 'x'.repeat(65) }] }, '/lines/0/sku'],
    [{ lines: [{ ...line, productId: 'prd_1' }] }, '/lines/0/productId'],
    [{ type: null }, '/type'],
    [{ type: 'gift' }, '/type'],
    [{ priority: 10 }, '/priority'],
    [{ priority: '5' }, '/priority'],
    [{ priority: null }, '/priority'],
    [{ allowPartialShipment: 'no' }, '/allowPartialShipment'],
    [{ customer: { id: 1 } }, '/customer/id'],
    [{ customer: { name: '' } }, '/customer/name'],
    [{ customer: [] }, '/customer'],
    [{ shipTo: { country: 'gb' } }, '/shipTo/country'],
    [{ shipTo: { zip: 'x' } }, '/shipTo/zip'],
    [{ shipTo: { city: 'x'.repeat(101) } }, '/shipTo/city'],
    [{ billTo: 'x' }, '/billTo'],
    [{ currency: 'gbp' }, '/currency'],
    [{ giftMessage: 'x'.repeat(1001) }, '/giftMessage'],
    [{ tags: null }, '/tags'],
    [{ tags: ['a', 'a'] }, '/tags'],
    [{ tags: [''] }, '/tags/0'],
    [{ tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, '/tags'],
    [{ attributes: [] }, '/attributes'],
    [{ attributes: null }, '/attributes']
  ]
  for (const [fields, pointer] of cases) {
    t.same(
      problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [line], ...fields })),
      [400, 'request.invalid', pointer],
      JSON.stringify(fields).slice(0, 200)
    )
  }
  for (const body of ['[]', 'null', '"x"', '{', '']) t.equal((await erp.post(ORDERS, body)).status, 400, body)
})

t.test('400 – days that no calendar has', async t => {
  const { sku } = await desk.stocked(1)
  for (const name of ['requestedShipDate', 'requestedDeliveryDate', 'cancelAfterDate']) {
    for (
      const day of ['2026-02-30', '2026-13-01', '2026-00-10', '2027-02-29', '2100-02-29', '0000-01-01', '2026-1-1', '2026-01-01T00:00:00Z', '10000-01-01',
        '-001-01-01', '', 'today', 20260101]
    ) {
      t.same(
        problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }], [name]: day })),
        [400, 'request.invalid', `/${name}`],
        `${name} ${day}`
      )
    }
    for (const day of ['0001-01-01', '2028-02-29', '9999-12-31']) t.equal((await desk.order([{ sku, qty: 1 }], { [name]: day }))[name], day)
  }
})

t.test('401, 403, 404 – not without a token, not without order.create, not while it is off', async t => {
  const { sku } = await desk.stocked(1)
  const body = { externalRef: newRef(), lines: [{ sku, qty: 1 }] }
  const anonymous = await desk.anonymous.post(ORDERS, body)
  t.match([anonymous.status, typeof anonymous.headers['www-authenticate']], [401, 'string'])
  t.match(await (await desk.clientFor('order.get', 'order.update')).post(ORDERS, body), { status: 403, body: { code: 'insufficient_scope' } })
  await desk.switchOperation('order.create', false)
  t.match(await erp.post(ORDERS, body), { status: 403, body: { code: 'operation.switched_off' } })
  await desk.switchOperation('order.create', true)
  t.equal((await erp.post(ORDERS, body)).status, 201)
})

t.test('another owner has references, numbers and products of its own', async t => {
  const { sku } = await desk.stocked(1)
  const order = await desk.order([{ sku, qty: 1 }])
  t.same(problem(await foreign.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }] })), [422, 'product.unknown_sku', '/lines/0/sku'])
  await foreign.post('/api/external/v1/products', { sku, name: 'Theirs' })
  const theirs = await foreign.post(ORDERS, { externalRef: order.externalRef, lines: [{ sku, qty: 1 }] })
  t.match(theirs, { status: 201, body: { allocationStatus: 'none', lines: [{ name: 'Theirs', qtyBackordered: 1 }] } })
  t.not(theirs.body.number, order.number)
  t.match(await desk.stockOf(sku), { reserved: 1, backordered: 0 })
})

t.test('409 – a reference is one order\'s: of 20 at once one is made (I23)', async t => {
  const { sku } = await desk.stocked(100)
  const externalRef = newRef()
  const answers = await Promise.all(Array.from({ length: 20 }, async () => await erp.post(ORDERS, { externalRef, lines: [{ sku, qty: 1 }] })))
  t.same(answers.map(answer => answer.status).sort(), [201, ...Array.from({ length: 19 }, () => 409)])
  for (const answer of answers.filter(({ status }) => status === 409)) t.same(problem(answer), [409, 'order.external_ref_taken', '/externalRef'])
  const made = answers.find(({ status }) => status === 201)!
  t.match(await desk.stockOf(sku), { reserved: 1 })
  t.same(await typesOf(desk, made.body.id), ['order.created', 'order.allocated'])
  t.same(problem(await erp.post(ORDERS, { externalRef: ` ${externalRef} `, lines: [{ sku, qty: 1 }] })), [409, 'order.external_ref_taken', '/externalRef'])
  t.equal((await erp.post(ORDERS, { externalRef: externalRef.toLowerCase(), lines: [{ sku, qty: 1 }] })).status, 201, 'references differ by case')
  await desk.checkOrders(t)
})

t.test('200 – duplicateMode return_existing: the order that has the reference, also for those at once', async t => {
  await withSettings(desk, 'order.create', { duplicateMode: 'return_existing' }, async () => {
    const { sku } = await desk.stocked(100)
    const externalRef = newRef()
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await erp.post(ORDERS, { externalRef, lines: [{ sku, qty: 1 }] })))
    t.same(answers.map(answer => answer.status).sort(), [...Array.from({ length: 19 }, () => 200), 201])
    const made = answers.find(({ status }) => status === 201)!
    for (const answer of answers) t.same(answer.body, made.body)
    const again = await erp.post(ORDERS, { externalRef, lines: [{ sku, qty: 7 }] })
    t.match(again, { status: 200, headers: { etag: '"1"' }, body: { id: made.body.id, lines: [{ qtyOrdered: 1 }] } })
    t.equal(again.headers['location'], undefined)
    t.match(await desk.stockOf(sku), { reserved: 1 })
    t.same(await typesOf(desk, made.body.id), ['order.created', 'order.allocated'])
  })
})

t.test('422 – what no schema can say is refused by field', async t => {
  const { sku } = await desk.stocked(1)
  const line = { sku, qty: 1 }
  const inactive = await desk.newProduct({ status: 'inactive' })
  const archived = await desk.newProduct()
  await desk.switchOperation('product.archive', true)
  t.equal((await erp.delete(`/api/external/v1/products/${archived.id}`)).status, 200)
  const cases: Array<[object, string, string]> = [
    [{ warehouse: 'NONE' }, 'warehouse.unknown', '/warehouse'],
    [{ currency: 'ZZZ' }, 'order.currency_unknown', '/currency'],
    [{ requestedShipDate: '2026-12-02', requestedDeliveryDate: '2026-12-01' }, 'order.dates', '/requestedDeliveryDate'],
    [{ requestedShipDate: '2026-12-02', cancelAfterDate: '2026-12-01' }, 'order.dates', '/cancelAfterDate'],
    [{ attributes: { text: 'x'.repeat(16_384) } }, 'order.attributes_too_large', '/attributes'],
    [{ lines: [line, { ...line, attributes: { text: 'x'.repeat(16_384) } }] }, 'order.attributes_too_large', '/lines/1/attributes'],
    [{ lines: [line, { ...line, batch: 'A' }] }, 'batch.not_tracked', '/lines/1/batch'],
    [{ lines: [line, { ...line, sku: inactive.sku }] }, 'product.not_active', '/lines/1/sku'],
    [{ lines: [{ ...line, sku: archived.sku }] }, 'product.not_active', '/lines/0/sku']
  ]
  const before = await stored(desk)
  for (const [fields, code, pointer] of cases) {
    t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [line], ...fields })), [422, code, pointer], JSON.stringify(fields).slice(0, 100))
  }
  const unknown = await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: newSku(), qty: 1 }, line, { sku: newSku(), qty: 1 }] })
  t.same(problem(unknown), [422, 'product.unknown_sku', '/lines/0/sku'])
  t.same(unknown.body.errors.map((error: { pointer: string }) => error.pointer), ['/lines/0/sku', '/lines/2/sku'])
  t.same(await stored(desk), before)
})

t.test('onUnknownSku hold – the order is taken and kept on hold, allocated in no part', async t => {
  await withSettings(desk, 'order.create', { onUnknownSku: 'hold' }, async () => {
    const { sku } = await desk.stocked(5)
    const unknown = ` ${newSku()} `
    const order = await desk.order([{ sku, qty: 1 }, { sku: unknown, qty: 2, uomCode: 'CASE', batch: 'L' }])
    t.match(order, {
      status: 'open',
      allocationStatus: 'none',
      holds: [{ code: 'unknown_sku', by: { type: 'client', id: erp.id } }],
      lines: [{ qtyOpen: 1, qtyBackordered: 0 }, { sku: unknown.trim(), productId: null, name: null, uomCode: 'CASE', qtyUom: 2, pinnedBatch: 'L' }]
    })
    t.same(await typesOf(desk, order.id), ['order.created', 'order.on_hold'])
    t.match(await desk.stockOf(sku), { reserved: 0 })
    t.match(await desk.step(order.id, 'release'), { status: 409, body: { code: 'order.on_hold' } })
    await desk.checkOrders(t)
  })
})

t.test('initialStatus draft – nothing is allocated before it is submitted', async t => {
  await withSettings(desk, 'order.create', { initialStatus: 'draft' }, async () => {
    const { sku } = await desk.stocked(5)
    const order = await desk.order([{ sku, qty: 9 }])
    t.match(order, { status: 'draft', allocationStatus: 'none', lines: [{ qtyOpen: 9, qtyAllocated: 0, qtyBackordered: 0 }] })
    t.match(await desk.stockOf(sku), { reserved: 0, backordered: 0 })
    t.same(await typesOf(desk, order.id), ['order.created'])
    t.match(await desk.step(order.id, 'allocate'), { status: 409, body: { code: 'order.illegal_transition' } })
    const submitted = await erp.patch(urlOf(order.id), { status: 'open', reason: 'paid' })
    t.match(submitted, { status: 200, body: { status: 'open', allocationStatus: 'partial', lines: [{ qtyAllocated: 5, qtyBackordered: 4 }] } })
    const events = await eventsOf(desk, order.id)
    t.same(events.map(event => event.type), ['order.created', 'order.status_changed', 'order.allocated', 'order.backordered'])
    t.match(events[1], { data: { change: { from: 'draft', to: 'open', reason: 'paid' } }, previous: { status: 'draft' } })
    checkVersions(t, events, 2)
  })
})

t.test('autoAllocate off – the order waits for order.allocate', async t => {
  await withSettings(desk, 'order.create', { autoAllocate: false, autoRelease: true, onShortage: 'reject' }, async () => {
    const { sku } = await desk.stocked(1)
    const order = await desk.order([{ sku, qty: 2 }])
    t.match(order, { status: 'open', allocationStatus: 'none', lines: [{ qtyOpen: 2, qtyBackordered: 0 }] })
    t.same(await typesOf(desk, order.id), ['order.created'])
    t.match(await desk.stockOf(sku), { reserved: 0, backordered: 0 })
  })
})

t.test('autoRelease – what is there to the last piece goes to the floor at once, and nothing else does', async t => {
  await withSettings(desk, 'order.create', { autoRelease: true, onUnknownSku: 'hold' }, async () => {
    const { sku } = await desk.stocked(5)
    const order = await desk.order([{ sku, qty: 3 }])
    t.match(order, { status: 'released', version: 1 })
    const events = await eventsOf(desk, order.id)
    t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.status_changed'])
    t.match(events[2], { data: { change: { from: 'open', to: 'released', reason: null } }, previous: { status: 'open' } })
    t.match(await desk.order([{ sku, qty: 3 }]), { status: 'open', allocationStatus: 'partial' })
    t.match(await desk.order([{ sku: newSku(), qty: 1 }]), { status: 'open', holds: [{ code: 'unknown_sku' }] })
  })
})

t.test('onShortage reject – 409 names every line that is short, and nothing is allocated', async t => {
  await withSettings(desk, 'order.create', { onShortage: 'reject' }, async () => {
    const some = await desk.stocked(3)
    const none = await desk.stocked(0)
    const before = await stored(desk)
    const answer = await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: some.sku, qty: 2 }, { sku: none.sku, qty: 1 }, { sku: some.sku, qty: 2 }] })
    t.same(problem(answer), [409, 'order.shortage', '/lines/1'])
    t.match(answer.body.errors, [{ message: `wants 1 of ${none.sku}, of which 0 can be allocated` }, {
      pointer: '/lines/2', message: `wants 2 of ${some.sku}, of which 1 can be allocated`
    }])
    t.same(await stored(desk), before)
    t.match(await desk.order([{ sku: some.sku, qty: 3 }]), { allocationStatus: 'full' })
    await desk.checkOrders(t)
  })
})

t.test('onShortage partial – the rest is cancelled; an order of which nothing is there is rejected', async t => {
  await withSettings(desk, 'order.create', { onShortage: 'partial' }, async () => {
    const some = await desk.stocked(3)
    const none = await desk.stocked(0)
    const order = await desk.order([{ sku: some.sku, qty: 5 }, { sku: none.sku, qty: 1 }])
    t.match(order, {
      status: 'open', allocationStatus: 'full', lines: [{ qtyAllocated: 3, qtyCancelled: 2, qtyOpen: 0, qtyBackordered: 0 }, { qtyCancelled: 1, qtyOpen: 0 }]
    })
    const events = await eventsOf(desk, order.id)
    t.same(events.map(event => event.type), ['order.created', 'order.allocated', 'order.cancelled'])
    t.match(events[2]!.data['cancellation'], {
      reason: 'shortage', isWhole: false, lines: [{ lineNo: 1, sku: some.sku, qty: 2 }, { lineNo: 2, sku: none.sku, qty: 1 }], released: { length: 0 }
    })
    t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: none.sku, qty: 1 }] })), [409, 'order.shortage', '/lines/0'])
    await desk.checkOrders(t)
  })
})

t.test('defaultWarehouse – counts for calls that name none; allocation takes nothing from elsewhere', async t => {
  await desk.db.query('INSERT INTO "Warehouse" ("id", "code", "name", "timezone") VALUES (\'whs_2\', \'NORTH\', \'North\', \'UTC\')')
  const shelf = await desk.newLocation('SHELF', { warehouseId: 'whs_2' })
  await desk.db.query('UPDATE "Warehouse" SET "defaultReceivingLocationId" = $1 WHERE "id" = \'whs_2\'', [shelf])
  await withSettings(desk, 'order.create', { defaultWarehouse: 'NORTH' }, async () => {
    const { sku } = await desk.stocked(5)
    t.match(await desk.order([{ sku, qty: 1 }]), { warehouse: { id: 'whs_2', code: 'NORTH' }, allocationStatus: 'none', lines: [{ qtyBackordered: 1 }] })
    t.match(await desk.order([{ sku, qty: 1 }], { warehouse: MAIN }), { warehouse: { code: 'MAIN' }, allocationStatus: 'full' })
    await desk.checkOrders(t)
  })
})

t.test('maxLines – longer orders are refused', async t => {
  const { sku } = await desk.stocked(5)
  await withSettings(desk, 'order.create', { maxLines: 2 }, async () => {
    const lines = Array.from({ length: 3 }, () => ({ sku, qty: 1 }))
    t.same(problem(await erp.post(ORDERS, { externalRef: newRef(), lines })), [422, 'order.too_many_lines', '/lines'])
    t.match(await desk.order(lines.slice(1)), { lineCount: 2 })
  })
})

t.test('Idempotency-Key – a repeated call gets the same answer and makes nothing; a refused one leaves the key free', async t => {
  const { sku } = await desk.stocked(5)
  const headers = { 'idempotency-key': 'order-create-1' }
  t.equal((await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku: newSku(), qty: 1 }] }, headers)).status, 422)
  const body = { externalRef: newRef(), lines: [{ sku, qty: 1 }] }
  const first = await erp.post(ORDERS, body, headers)
  t.equal(first.status, 201)
  t.match(await erp.post(ORDERS, body, headers), {
    status: 201, text: first.text, headers: { etag: '"1"', location: first.headers['location'], 'idempotency-replayed': 'true' }
  })
  t.match(await desk.stockOf(sku), { reserved: 1 })
  t.same(await typesOf(desk, first.body.id), ['order.created', 'order.allocated'])
  t.equal((await erp.post(ORDERS, { ...body, priority: 1 }, headers)).status, 422, 'the key belongs to that body')
})

t.test('dryRun – shows the order and its events, stock included, and changes nothing', async t => {
  const { id: productId, sku } = await desk.stocked(3)
  const body = { externalRef: newRef(), lines: [{ sku, qty: 5 }] }
  const before = await stored(desk)
  const dryRun = await erp.post(`${ORDERS}?dryRun=true`, body)
  t.match(dryRun, {
    status: 200, body: { dryRun: true, status: 201, headers: { etag: '"1"' }, body: { status: 'open', lines: [{ qtyAllocated: 3, qtyBackordered: 2 }] } }
  })
  t.same(dryRun.body.events.map((event: { type: string }) => event.type), ['order.created', 'order.allocated', 'order.backordered', 'stock.updated',
    'stock.out'])
  t.match(dryRun.body.events[3].data, { product: { id: productId }, reserved: 3, available: 0, backordered: 2 })
  t.same(await stored(desk), before)
  t.equal((await erp.post(ORDERS, body)).status, 201)
  t.same(problem(await erp.post(`${ORDERS}?dryRun=true`, body)), [409, 'order.external_ref_taken', '/externalRef'])
})

t.test('a change and its events commit together (I24): what fails at the end leaves nothing', async t => {
  const { sku } = await desk.stocked(3)
  await desk.db.query('CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION \'no\'; END $$')
  await desk.db.query('CREATE TRIGGER fail BEFORE UPDATE ON "StockLevel" FOR EACH ROW EXECUTE FUNCTION fail()')
  const before = await stored(desk)
  t.equal((await erp.post(ORDERS, { externalRef: newRef(), lines: [{ sku, qty: 1 }] })).status, 500)
  await desk.db.query('DROP TRIGGER fail ON "StockLevel"')
  t.same(await stored(desk), before)
  await desk.checkOrders(t)
})
