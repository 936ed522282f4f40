import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { ADMIN, expected, newLocation, newWarehouse, openYard, refusal } from '../locations/setup.js'

const yard = await openYard(t)
const side = yard.sides.operator
const { id, code } = await newWarehouse(side)
const URL = `${ADMIN}/warehouses/${id as string}/locations`
const send = async (csv: string, apply = false): Promise<Answer> => await yard.operator.post(`${URL}/import`, { csv, apply })
const codes = async (): Promise<string[]> => expected(await yard.operator.get(`${URL}?limit=200`), 200).data.map((row: { code: string }) => row.code)

t.test('200 – says what would change and changes nothing, then does it, then has nothing to do', async t => {
  await newLocation(side, id, { code: 'OLD', zone: 'Z' })
  const csv = '\uFEFFcode;zone;parent;type;locked;lockReason;maxWeightG\nA-1;A;A;picking;yes;wet;500\nA;A;;;;;\nOLD;Y;;;;;\n'
  const preview = await send(csv)
  t.match(preview, { status: 200, body: { applied: false, created: 2, updated: 1, unchanged: 0 } }, preview.text)
  t.match(preview.body.changes, [
    { line: 2, code: 'A-1', change: 'create' }, { line: 3, code: 'A', change: 'create' },
    { line: 4, code: 'OLD', change: 'update', fields: [{ name: 'zone', from: 'Z', to: 'Y' }] }
  ])
  t.same(await codes(), ['OLD'])
  t.match(await send(csv, true), { status: 200, body: { applied: true, created: 2, updated: 1 } })
  t.same(await codes(), ['A', 'A-1', 'OLD'])
  const location = async (name: string): Promise<unknown> => expected(await yard.operator.get(`${ADMIN}/locations/code:${code as string}:${name}`), 200)
  t.match(
    await location('A-1'), { zone: 'A', parent: 'A', type: 'picking', locked: true, lockReason: 'wet', maxWeightG: 500 }, 'a parent may stand below its part'
  )
  t.match(await location('OLD'), { zone: 'Y', version: 2 })
  t.match(await send(csv, true), { status: 200, body: { created: 0, updated: 0, unchanged: 3 } })
})

t.test('422 – each wrong line with its column, and nothing is done', async t => {
  const before = await codes()
  const answer = await send('code,type,maxWeightG,locked\nB-1,attic,,\n,storage,,\nB-1,,heavy,maybe\n', true)
  t.same(answer.status, 422)
  t.same(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer), ['/csv/2/type', '/csv/3/code', '/csv/4/maxWeightG', '/csv/4/locked',
    '/csv/4/code'])
  t.same(refusal(await send('code,colour\nB,red\n')), [422, 'location.import_invalid', '/csv/1/colour'])
  t.same(refusal(await send('zone\nB\n')), [422, 'location.import_invalid', '/csv/1/code'])
  t.same(refusal(await send('code,parent\nB,NONE\n')), [422, 'location.import_invalid', '/csv/2/parent'])
  t.same(refusal(await send('code,lockReason\nC,x\nB,\n', true)), [422, 'location.import_invalid', '/csv/2/lockReason'])
  t.same(refusal(await send('code\n"B')), [422, 'location.import_invalid', '/csv/2/line'])
  t.same(refusal(await send(`code\n${Array.from({ length: 1_001 }, (_, at) => `M-${at}`).join('\n')}`)), [422, 'location.import_invalid', '/csv/1002/rows'])
  t.same(await codes(), before)
})

t.test('403 for a viewer, 404 for no warehouse', async t => {
  t.equal((await (await yard.newOperator('viewer')).post(`${URL}/import`, { csv: 'code\nA', apply: false })).status, 403)
  t.equal((await yard.operator.post(`${ADMIN}/warehouses/whs_none/locations/import`, { csv: 'code\nA', apply: false })).status, 404)
})
