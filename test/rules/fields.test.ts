// Nothing is accepted without effect: what a caller writes is read back, or does what it says, or is refused as not available yet.
import t from 'tap'
import { buildTestApp, type Answer } from '../../src/test-kit/service.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- a document of any shape

const wms = await buildTestApp(t)
const client = await wms.newClient()
const API = '/api/external/v1'
const { components: { schemas } } = (await wms.anonymous.get('/docs/json')).body as { components: { schemas: Json } }
const fieldsOf = (name: string, without: readonly string[]): string[] => Object.keys(schemas[name].properties as Json).filter(field => !without.includes(field))

/** Each another value than the default. */
const PRODUCT: Json = {
  externalRef: 'ERP-1',
  description: 'd',
  kind: 'service',
  baseUom: 'KGM',
  qtyScale: 2,
  trackBatch: true,
  trackExpiry: true,
  shelfLifeDays: 10,
  minShelfLifeShipDays: 5,
  allocationStrategy: 'LIFO',
  weightG: 1,
  lengthMm: 1,
  widthMm: 1,
  heightMm: 1,
  hsCode: '940550',
  countryOfOrigin: 'DE',
  tempMinC: 1,
  tempMaxC: 2,
  safetyStock: 1,
  reorderPoint: 1,
  minStock: 1,
  maxStock: 2,
  cost: '1.50',
  price: '2.50',
  currency: 'EUR',
  supplierSku: 'S',
  categories: ['a'],
  imageUrl: 'https://example.com/a.jpg',
  status: 'inactive',
  dangerousGoods: { unNumber: 'UN1263', class: '3', packingGroup: 'II' },
  attributes: { a: 1 },
  barcodes: [{ value: 'B-1', kind: 'internal', uomCode: null }],
  uoms: [{ code: 'CASE', qtyInBase: 12, weightG: 1, lengthMm: 1, widthMm: 1, heightMm: 1, isDefaultInbound: true, isDefaultOutbound: true }]
}
const NOT_YET: Json = { trackSerial: true, minShelfLifeReceiveDays: 5 }
/** Amounts are in a currency. */
const WITH: Json = { cost: { currency: 'EUR' }, price: { currency: 'EUR' } }

const ORDER: Json = {
  channel: 'webshop',
  type: 'b2b',
  customer: { name: 'Ada' },
  shipTo: { city: 'London' },
  billTo: { city: 'London' },
  carrierCode: 'DPD',
  serviceCode: 'FAST',
  shippingProcess: 'standard',
  priority: 9,
  requestedShipDate: '2035-01-01',
  requestedDeliveryDate: '2035-01-02',
  cancelAfterDate: '2035-01-03',
  allowPartialShipment: false,
  currency: 'GBP',
  giftMessage: 'g',
  packingNote: 'p',
  tags: ['vip'],
  attributes: { a: 1 }
}
const LINE: Json = { uomCode: 'EA', externalLineRef: '10', batch: 'L1', minShelfLifeDays: 3, unitPrice: '3.39', attributes: { a: 1 } }
const READ_AS: Json = { batch: 'pinnedBatch' }
const BATCH: Json = {
  expiryDate: '2035-01-31',
  bestBeforeDate: '2035-01-01',
  manufacturedAt: '2030-01-01',
  manufacturedDate: '2030-01-01',
  supplierBatch: 'S-1',
  countryOfOrigin: 'DE',
  attributes: { a: 1 }
}

let count = 0
const made = (answer: Answer): Answer['body'] => {
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body
}

t.test('products', async t => {
  for (const field of fieldsOf('CreateProduct', ['sku', 'name'])) {
    const body = { sku: `F-${++count}`, name: 'Field', [field]: PRODUCT[field] ?? NOT_YET[field], ...WITH[field] }
    const answer = await client.post(`${API}/products`, body)
    if (field in NOT_YET) {
      t.match(answer, { status: 422, body: { code: 'feature.not_available', errors: [{ pointer: `/${field}` }] } }, field)
      continue
    }
    t.ok(field in PRODUCT, `${field}: a new field needs a value here`)
    t.same(made(answer).product[field], PRODUCT[field], field)
    t.same((await client.get(`${API}/products/sku:F-${count}`)).body[field], PRODUCT[field], field)
  }
})

t.test('orders and their lines', async t => {
  made(await client.post(`${API}/products`, { sku: 'ORDERED', name: 'Ordered', trackBatch: true }))
  for (const field of fieldsOf('CreateOrder', ['externalRef', 'lines', 'warehouse'])) {
    t.ok(field in ORDER, `${field}: a new field needs a value here`)
    const { id } = made(await client.post(`${API}/orders`, { externalRef: `F-${++count}`, lines: [{ sku: 'ORDERED', qty: 1 }], [field]: ORDER[field] }))
    t.match((await client.get(`${API}/orders/${id as string}`)).body[field], ORDER[field], field)
  }
  const line = schemas['CreateOrder'].properties.lines.items as Json
  for (const field of Object.keys(line['properties'] as Json).filter(name => name !== 'sku' && name !== 'qty')) {
    t.ok(field in LINE, `${field}: a new field needs a value here`)
    const { lines: [read] } =
      made(await client.post(`${API}/orders`, { externalRef: `F-${++count}`, lines: [{ sku: 'ORDERED', qty: 1, [field]: LINE[field] }] }))
    t.same(read[READ_AS[field] ?? field], LINE[field], field)
  }
})

t.test('batches', async t => {
  for (const field of fieldsOf('CreateBatch', ['sku', 'code'])) {
    t.ok(field in BATCH, `${field}: a new field needs a value here`)
    const body = made(await client.post(`${API}/batches`, { sku: 'ORDERED', code: `F-${++count}`, [field]: BATCH[field] }))
    t.same(body[field], BATCH[field], field)
  }
})
