import t from 'tap'
import { buildTestApp } from '../../../src/test-kit/service.js'

const PATH = '/api/admin/v1/clients'

t.test('200 – by our id and by its public id, with its ETag', async t => {
  const wms = await buildTestApp(t)
  const { client } = (await wms.operator.post(PATH, { name: 'ERP' })).body
  for (const id of [client.id, client.clientId]) {
    const answer = await wms.operator.get(`${PATH}/${id as string}`)
    t.match([answer.status, answer.headers.etag], [200, '"1"'])
    t.same(answer.body, client)
  }
})

t.test('404 – an unknown and a deleted client, whatever is in the id', async t => {
  const wms = await buildTestApp(t)
  const { client } = (await wms.operator.post(PATH, { name: 'ERP' })).body
  await wms.operator.delete(`${PATH}/${client.id as string}`)
  for (const id of [client.id, 'cli_unknown', '%27%20OR%201=1--', '%25']) {
    const answer = await wms.operator.get(`${PATH}/${id as string}`)
    t.match([answer.status, answer.body.code], [404, 'client.not_found'], id)
  }
  t.equal((await wms.operator.get(`${PATH}/a%00b`)).status, 400, 'NUL')
})

t.test('200 – when and from where it was last used', async t => {
  const wms = await buildTestApp(t)
  const client = await wms.newClient()
  await client.get('/api/external/v1/meta')
  await wms.waitFor(async () => {
    wms.wakeAll()
    return (await wms.operator.get(`${PATH}/${client.id}`)).body.lastUsedAt !== null
  }, 'last used')
  const { body } = await wms.operator.get(`${PATH}/${client.id}`)
  t.match(body, { lastUsedIp: '127.0.0.1', secrets: [{ lastUsedIp: '127.0.0.1' }] })
})
