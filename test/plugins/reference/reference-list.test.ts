import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const wms = await buildTestApp(t)
const caller = await wms.newClient()
const URL = '/api/external/v1/reference'

t.test('200 – each list, by code', async t => {
  for (
    const [list, some] of [
      ['reasons', ['damaged', 'found', 'opening', 'recount']],
      ['units', ['CASE', 'EA', 'KGM']],
      ['statuses', ['order.open', 'stock.available', 'batch.recalled']],
      ['shipping-processes', ['standard']],
      ['carriers', []],
      ['services', []]
    ] as const
  ) {
    const { status, body } = await caller.get(`${URL}/${list}?limit=200`)
    const codes = body.data.map(({ code }: { code: string }) => code) as string[]
    t.equal(status, 200, list)
    t.same(codes, [...codes].sort(), `${list} by code`)
    for (const code of some) t.ok(codes.includes(code), `${list} has ${code}`)
  }
  t.match((await caller.get(`${URL}/reasons?limit=200`)).body.data.find(({ code }: { code: string }) => code === 'damaged'), {
    name: 'Damaged', direction: 'out', requiresNote: false, carrier: null, active: true, isBuiltIn: false
  })
})

t.test('page by page; filters; 400 for another list', async t => {
  const first = (await caller.get(`${URL}/reasons?limit=2`)).body
  const second = (await caller.get(`${URL}/reasons?limit=2&cursor=${first.nextCursor as string}`)).body
  t.ok(second.data[0].code > first.data[1].code)
  t.equal((await caller.get(`${URL}/units?limit=2&cursor=${first.nextCursor as string}`)).status, 400, 'a cursor of another list')
  t.same((await caller.get(`${URL}/reasons?active=false`)).body.data, [])
  t.same((await caller.get(`${URL}/reasons?updatedSince=2099-01-01T00:00:00.000Z`)).body.data, [])
  t.match((await caller.get(`${URL}/nonsense`)).body, { code: 'request.invalid', errors: [{ in: 'path', pointer: '/list' }] })
})
