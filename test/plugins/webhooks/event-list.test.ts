import t from 'tap'
import { buildWebhookApp } from './setup.js'

t.test('200 – the whole log, newest first, published or not; by type and subject, in pages', async t => {
  const wms = await buildWebhookApp(t)
  await wms.emit(['a', 'b', 'c'])
  await wms.emit(['a'], { type: 'toy.broken' })
  const viewer = await wms.viewer()
  const sequences = async (query = ''): Promise<number[]> =>
    (await viewer.get(`/api/admin/v1/events?${query}`)).body.data.map((event: { sequence: number }) => event.sequence)
  await wms.waitFor(async () => (await sequences()).length === 4, 'all events')
  t.same(await sequences(), [4, 3, 2, 1])
  t.same(await sequences('type=toy.broken'), [4])
  t.same(await sequences('subjectId=a'), [4, 1])
  const first = (await viewer.get('/api/admin/v1/events?limit=3')).body
  t.same(
    (await viewer.get(`/api/admin/v1/events?limit=3&cursor=${first.nextCursor as string}`)).body.data.map((event: { sequence: number }) => event.sequence), [1]
  )
  t.equal((await viewer.get('/api/admin/v1/events?cursor=x')).status, 400)
})
