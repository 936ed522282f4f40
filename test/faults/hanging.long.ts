// Receivers that hang take no time from those that answer.
import t from 'tap'
import { buildWebhookApp } from '../plugins/webhooks/setup.js'
import { startReceiver } from '../../src/test-kit/receiver.js'
import { waitFor } from '../../src/test-kit/wait.js'

const HANGING = 60
const ANSWERING = 40
const EVENTS = 10

t.test('60 of 100 receivers hang, and the other 40 get all before the first of them is given up', async t => {
  const wms = await buildWebhookApp(t)
  const [good, bad] = [await startReceiver(t), await startReceiver(t)]
  bad.answer({ instead: 'silence' })
  for (let at = 0; at < HANGING + ANSWERING; at++) await wms.hook({ name: `Receiver ${at}`, url: `${at < HANGING ? bad.url : good.url}/${at}` })
  await wms.emit(Array.from({ length: EVENTS }, (_, at) => `toy-${at}`))
  await waitFor(() => good.ledger.length >= ANSWERING * EVENTS, 'all that can be delivered')
  const { rows } = await wms.db.query<{ attempts: number }>('SELECT count(*)::int AS "attempts" FROM "Attempt" WHERE "status" IS NULL', [])
  t.same(rows, [{ attempts: 0 }], 'no hanging call was given up meanwhile')
  t.ok(bad.open >= HANGING, `${bad.open} hang`)
  t.equal(new Set(good.ledger.map(({ path, headers }) => `${path} ${headers['webhook-id'] as string}`)).size, ANSWERING * EVENTS)
})
