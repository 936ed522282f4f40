import t from 'tap'
import { startReceiver } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

t.test('200 – newest first, by each filter, in pages; a viewer may read', async t => {
  const receiver = await startReceiver(t)
  const wms = await buildWebhookApp(t)
  const one = await wms.hook({ url: receiver.url, events: ['toy.created'] })
  const two = await wms.hook({ url: receiver.url, events: ['toy.created', 'toy.broken'] })
  await wms.emit(['a', 'b'])
  await wms.emit(['c'], { type: 'toy.broken' })
  const all = await wms.settled(5)
  const viewer = await wms.viewer()
  const count = async (query: string): Promise<number> => (await viewer.get(`/api/admin/v1/deliveries?${query}`)).body.data.length
  t.equal(await count(`webhookId=${one.id as string}`), 2)
  t.equal(await count(`webhookId=${two.id as string}`), 3)
  t.equal(await count('eventType=toy.broken'), 1)
  t.equal(await count('subjectId=a'), 2)
  t.equal(await count(`eventId=${all[0].eventId as string}`), all.filter(delivery => delivery.eventId === all[0].eventId).length)
  t.same([await count('status=succeeded'), await count('status=dead')], [5, 0])
  t.equal(await count('since=2100-01-01T00:00:00.000Z'), 0)
  t.equal(await count('until=2100-01-01T00:00:00.000Z'), 5)
  const first = (await viewer.get('/api/admin/v1/deliveries?limit=3')).body
  const second = (await viewer.get(`/api/admin/v1/deliveries?limit=3&cursor=${first.nextCursor as string}`)).body
  t.same([...first.data, ...second.data].map((delivery: { id: string }) => delivery.id), all.map(delivery => delivery.id))
  for (const query of ['status=lost', 'since=yesterday', 'limit=0', 'cursor=x', 'order=asc']) {
    t.equal((await viewer.get(`/api/admin/v1/deliveries?${query}`)).status, 400, query)
  }
})
