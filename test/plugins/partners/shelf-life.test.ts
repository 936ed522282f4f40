// What a customer wants of the goods that are sent to it.
import t from 'tap'
import { openDesk } from '../orders/setup.js'

const desk = await openDesk(t)
const caller = await desk.newClient({ name: 'Shop' })
await desk.operator.patch('/api/admin/v1/operations/stock.adjust', { enabled: true })

t.test('an order of a customer takes goods that are good for as long as the customer wants, and no less than a line says', async t => {
  await caller.post('/api/external/v1/partners', { code: 'C-1', externalRef: 'ERP-C-1', name: 'Pharmacy', roles: ['customer'], minShelfLifeShipDays: 60 })
  await caller.post('/api/external/v1/products', { sku: 'PILL', name: 'Pill', trackBatch: true, trackExpiry: true })
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const stock = await caller.post('/api/external/v1/stock/adjustments', {
    reason: 'found', lines: [{ sku: 'PILL', batch: 'SOON', expiryDate: day(30), delta: 10 }, { sku: 'PILL', batch: 'LATE', expiryDate: day(90), delta: 10 }]
  })
  t.equal(stock.status, 201, stock.text)
  for (const [ref, customer, days, batch] of [['A', 'C-1', 60, 'LATE'], ['B', 'ERP-C-1', 60, 'LATE'], ['C', 'C-UNKNOWN', null, 'SOON']] as const) {
    const { body } = await caller.post('/api/external/v1/orders', { externalRef: `WEB-${ref}`, customer: { ref: customer }, lines: [{ sku: 'PILL', qty: 1 }] })
    t.match(body.lines, [{ minShelfLifeDays: days, allocations: [{ batch }] }], ref)
  }
  const longer = (await caller.post('/api/external/v1/orders', {
    externalRef: 'WEB-D', customer: { ref: 'C-1' }, lines: [{ sku: 'PILL', qty: 1, minShelfLifeDays: 80 }]
  })).body
  t.equal(longer.lines[0].minShelfLifeDays, 80)
  await caller.patch('/api/external/v1/partners/code:C-1', { minShelfLifeShipDays: 85 })
  const url = `/api/external/v1/orders/${longer.id as string}/lines`
  const asRead = [{ lineNo: 1, sku: 'PILL', qty: 1, minShelfLifeDays: 80 }]
  t.match((await caller.put(url, { lines: asRead })).body, { version: longer.version }, 'written back as it was read it is no change')
  const more = (await caller.put(url, { lines: [...asRead, { sku: 'PILL', qty: 2 }] })).body
  t.same(more.lines.map((line: { minShelfLifeDays: number }) => line.minShelfLifeDays), [80, 85], 'a new line: what the customer wants now')
})
