// The webhook figures: how fast a backlog drains, and how late a single event is.
import { Pool } from 'undici'
import type { Call } from './load.js'
import type { Stage } from './stage.js'
import { expect } from '../demo/http.js'

const BACKLOG = 5_000
export const RATE_PER_SECOND = 200
const LATENCY_SECONDS = 5

const pause = async (ms: number): Promise<void> => { await new Promise(resolve => setTimeout(resolve, ms)) }

/** Waits until nothing is left to deliver. */
export async function settled ({ db }: Stage): Promise<void> {
  for (;;) {
    const { rows: [{ count }] } = await db
      .query('SELECT (SELECT count(*) FROM "EventOutbox") + (SELECT count(*) FROM "Delivery" WHERE "finishedAt" IS NULL) AS count')
    if (Number(count) === 0) return
    await pause(100)
  }
}

async function create (pool: Pool, call: Call): Promise<void> {
  const { statusCode, body } = await pool.request(call)
  await body.dump()
  if (statusCode !== 201) throw new Error(`creation answered ${statusCode}`)
}

/** Fills a backlog while the webhook is off, switches it on and measures until the last event has arrived. */
export async function drain (
  stage: Stage, creation: (index: number) => Call, connections: number
): Promise<{ perSecond: number, cpuMsPerCall: number, note: string }> {
  const { operator, receiver, webhookId, service, db } = stage
  await expect(200, operator('PATCH', `/api/admin/v1/webhooks/${webhookId}`, { enabled: false }))
  const pool = new Pool(service.url, { connections, pipelining: 1 })
  let sent = 0
  await Promise.all(Array.from({ length: connections }, async () => { while (sent < BACKLOG) await create(pool, creation(sent++)) }))
  await pool.close()
  while (Number((await db.query('SELECT count(*) FROM "EventOutbox"')).rows[0].count) > 0) await pause(50)
  const before = receiver.received()
  const attemptsBefore = Number((await db.query('SELECT count(*) FROM "Audit" WHERE "direction" = \'out\'')).rows[0].count)
  const cpuBefore = await stage.cpuMs('service')
  const startedAt = performance.now()
  await expect(200, operator('PATCH', `/api/admin/v1/webhooks/${webhookId}`, { enabled: true }))
  while (receiver.received() - before < sent) await pause(5)
  const seconds = (performance.now() - startedAt) / 1000
  await settled(stage)
  const cpuMsPerCall = (await stage.cpuMs('service') - cpuBefore) / sent
  const attempts = Number((await db.query('SELECT count(*) FROM "Audit" WHERE "direction" = \'out\'')).rows[0].count) - attemptsBefore
  return {
    perSecond: sent / seconds,
    cpuMsPerCall,
    note: attempts === sent && receiver.received() - before === sent ? '' : `INVALID: ${attempts} rows for ${sent} deliveries`
  }
}

/** Runs `work` and collects how late each event arrived meanwhile: milliseconds from its call to its arrival, sorted. */
export async function lateness (stage: Stage, work: () => Promise<unknown>): Promise<number[]> {
  const late: number[] = []
  stage.receiver.onEvent(envelope => { late.push(Date.now() - Date.parse((JSON.parse(envelope) as { occurredAt: string }).occurredAt)) })
  await work()
  await settled(stage)
  stage.receiver.onEvent(() => {})
  return late.sort((a, b) => a - b)
}

/** How late events arrive at a steady rate. */
export async function latency (stage: Stage, creation: (index: number) => Call): Promise<number[]> {
  return await lateness(stage, async () => { await steadily(stage, creation) })
}

async function steadily (stage: Stage, creation: (index: number) => Call): Promise<void> {
  const pool = new Pool(stage.service.url, { connections: 10, pipelining: 1 })
  const total = RATE_PER_SECOND * LATENCY_SECONDS
  const startedAt = performance.now()
  const sent: Array<Promise<void>> = []
  for (let index = 0; index < total; index++) {
    const due = startedAt + index * 1000 / RATE_PER_SECOND
    if (due > performance.now()) await pause(due - performance.now())
    sent.push(create(pool, creation(index)))
  }
  await Promise.all(sent)
  await pool.close()
}
