import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/clients'

t.test('200 – newest first, in pages, by name, id and switch; a viewer may read', async t => {
  const wms = await buildTestApp(t)
  const made: Array<{ id: string, clientId: string }> = []
  for (const name of ['Alpha shop', 'Beta shop', 'Gamma BI']) made.push((await wms.operator.post(PATH, { name })).body.client)
  await wms.operator.patch(`${PATH}/${made[1]!.id}`, { enabled: false })
  const viewer = await wms.newOperator('viewer')
  const ids = async (query: string): Promise<string[]> => (await viewer.get(`${PATH}?${query}`)).body.data.map((client: { id: string }) => client.id)
  t.same(await ids(''), [made[2]!.id, made[1]!.id, made[0]!.id])
  t.same(await ids('q=SHOP'), [made[1]!.id, made[0]!.id])
  t.same(await ids(`q=${made[2]!.clientId}`), [made[2]!.id])
  t.same(await ids('enabled=false'), [made[1]!.id])
  const first = (await viewer.get(`${PATH}?limit=2`)).body
  t.equal(first.data.length, 2)
  const second = (await viewer.get(`${PATH}?limit=2&cursor=${first.nextCursor as string}`)).body
  t.match([second.data.map((client: { id: string }) => client.id), second.nextCursor], [[made[0]!.id], null])
  t.equal((await viewer.get(`${PATH}?limit=2&q=x&cursor=${first.nextCursor as string}`)).status, 400, 'a cursor of another list')
  for (const query of ['limit=0', 'limit=201', 'limit=1.5', 'enabled=maybe', 'cursor=nonsense', 'sort=name']) {
    t.equal((await viewer.get(`${PATH}?${query}`)).status, 400, query)
  }
})
