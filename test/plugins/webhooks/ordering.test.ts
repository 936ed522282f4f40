// In order: the events of one object one after the other, those of others beside them.
import t from 'tap'
import { startReceiver, type ReceivedCall } from '../../../src/test-kit/receiver.js'
import { buildWebhookApp } from './setup.js'

const toy = (call: ReceivedCall): string => JSON.parse(call.body).data.id as string
const sequence = (call: ReceivedCall): number => JSON.parse(call.body).sequence as number

t.test('an event waits for the one before it of the same object, not for others', async t => {
  const receiver = await startReceiver(t)
  let release = (): void => {}
  const first = new Promise<void>(resolve => { release = resolve })
  receiver.answer((_, nth) => nth === 1 ? { until: first } : {})
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url, ordering: 'subject' })
  await wms.emit(['a'])
  await wms.waitFor(() => receiver.ledger.length === 1, 'the first call')
  await wms.emit(['a', 'b', 'a', 'c'])
  await wms.waitFor(() => receiver.ledger.length === 3, 'the other objects')
  t.same(receiver.ledger.slice(1).map(toy).sort(), ['b', 'c'])
  release()
  await wms.settled(5)
  t.same(receiver.ledger.filter(call => toy(call) === 'a').map(sequence), [1, 2, 4])
})

t.test('when it fails, those behind it wait as long, in whatever order they came', async t => {
  const receiver = await startReceiver(t)
  receiver.answer((_, nth) => nth === 1 ? { status: 500 } : {})
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url, ordering: 'subject' })
  await wms.emit(['a', 'a'])
  const [head] = await (async () => {
    await wms.waitFor(async () => (await wms.deliveries('status=pending')).some(delivery => delivery.attemptCount === 1), 'the failure')
    return (await wms.deliveries('status=pending')).filter(delivery => delivery.attemptCount === 1)
  })()
  await wms.emit(['a', 'b'])
  await wms.waitFor(async () => (await wms.deliveries('status=succeeded')).length === 1, 'the other object')
  const waiting = await wms.deliveries('status=pending')
  t.equal(waiting.length, 3)
  t.same(waiting.map(delivery => delivery.nextAttemptAt), [head.nextAttemptAt, head.nextAttemptAt, head.nextAttemptAt])
  t.equal(receiver.ledger.length, 2)
  await wms.advance(10_000)
  await wms.settled(4)
  t.same(receiver.ledger.filter(call => toy(call) === 'a').map(sequence), [1, 1, 2, 3])
})

t.test('one that is given up lets the next go', async t => {
  const receiver = await startReceiver(t)
  receiver.answer(call => sequence(call) === 1 ? { status: 400 } : {})
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url, ordering: 'subject' })
  await wms.emit(['a', 'a'])
  for (const calls of [1, 2, 3]) {
    await wms.waitFor(() => receiver.ledger.length >= calls, `call ${calls}`)
    await wms.waitFor(async () => (await wms.deliveries('status=sending')).length === 0, 'its end')
    await wms.advance(60_000)
  }
  await wms.waitFor(() => receiver.ledger.length === 4, 'the next')
  t.same(receiver.ledger.map(sequence), [1, 1, 1, 2])
})

t.test('without order nothing waits', async t => {
  const receiver = await startReceiver(t)
  receiver.answer((_, nth) => nth === 1 ? { instead: 'silence' } : {})
  const wms = await buildWebhookApp(t)
  await wms.hook({ url: receiver.url })
  await wms.emit(['a', 'a', 'a'])
  await wms.waitFor(async () => (await wms.deliveries('status=succeeded')).length === 2, 'the others')
  t.equal(receiver.ledger.length, 3)
  await receiver.stop()
})
