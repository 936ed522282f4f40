// Stores what became of attempts: one commit is under way at a time, the next batch is buffered meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import { createBatcher, measureBatches, type Batcher, type Kernel, type Tx } from '#kernel'
import { holdWebhook } from '../store/queue.js'
import { postponeFollowers, recordResults, type ResultRow } from '../store/results.js'
import type { Attempt, Sendable, Target } from './attempt.js'
import { toCallRecord } from './record.js'
import { judge, type Verdict } from './schedule.js'

export interface Result {
  target: Pick<Target, 'id' | 'name' | 'url'>
  delivery: Omit<Sendable, 'envelope'> & { envelope?: string | null, fence: number, schedule: readonly number[], orderKey: string }
  attempt: Attempt
  inOrder: boolean
  verdict: Verdict
  endedAt: Date
  nextAttemptAt: Date | null
}

const MAX_BATCH = 200
const RETRY_MS = 500
const COMPANY_MS = 10
const BACK_TO_QUEUE: Verdict = { status: 'pending', delayMs: 0, holdMs: null }

/** Judges an attempt. An interrupted one goes back to the queue at once. */
export function conclude ({ target, delivery, attempt, inOrder, endedAt }: Omit<Result, 'verdict' | 'nextAttemptAt'>): Result {
  const verdict = attempt.errorClass === 'event_expired'
    ? judge(attempt, 1, [0])
    : attempt.interrupted
      ? BACK_TO_QUEUE
      : judge(attempt, delivery.attemptCount + 1, delivery.schedule)
  const nextAttemptAt = verdict.delayMs === null ? null : new Date(endedAt.getTime() + verdict.delayMs)
  return { target, delivery, attempt, inOrder, verdict, endedAt, nextAttemptAt }
}

/** Writes attempts, deliveries and audit rows into one transaction. */
export async function storeResults (kernel: Kernel, tx: Tx, results: readonly Result[]): Promise<void> {
  await recordResults(tx, results.map(toRow))
  kernel.ports.calls.record(tx, results.map(({ attempt, target, delivery, nextAttemptAt }) => toCallRecord(attempt, target, delivery, nextAttemptAt)))
}

function toRow ({ target, delivery, attempt, verdict, endedAt, nextAttemptAt }: Result): ResultRow {
  const { errorClass, errorMessage } = attempt
  return {
    deliveryId: delivery.id,
    fence: delivery.fence,
    next: verdict.status,
    endedAt: endedAt.toISOString(),
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    lastError: errorClass === null ? null : `${errorClass}: ${errorMessage ?? ''}`,
    id: attempt.id,
    occurredAt: attempt.startedAt.toISOString(),
    webhookId: target.id,
    number: attempt.number,
    trigger: attempt.trigger,
    durationMs: Math.round(attempt.durationMs * 100) / 100,
    status: attempt.status,
    errorClass,
    errorMessage,
    remoteAddress: attempt.remoteAddress,
    timings: attempt.timings,
    requestBytes: attempt.requestBytes,
    responseBytes: attempt.responseBytes,
    responseBody: attempt.responseBody === '' ? null : attempt.responseBody,
    responseTruncated: attempt.responseTruncated,
    interrupted: attempt.interrupted
  }
}

type Settler = Pick<Batcher<Result>, 'add' | 'idle'>

/** @param onStored notified of all that is durable, or that can never be stored */
export function createSettler (kernel: Kernel, onStored: (results: readonly Result[]) => void): Settler {
  const store = async (results: readonly Result[]): Promise<void> => {
    await holdReceivers(kernel, results)
    await kernel.db.transaction(async tx => await storeResults(kernel, tx, results))
  }

  /** Until it is stored. One by one, the others get through; the refused one comes back when its lease ends. */
  const settle = async (results: readonly Result[]): Promise<void> => {
    for (;;) {
      try {
        await store(results)
        break
      } catch (error) {
        kernel.log.error(error as Error, `${results.length} attempts could not be stored`)
        if (isRefused(error) && results.length === 1) break
        if (isRefused(error)) {
          for (const result of results) await settle([result])
          return
        }
        await sleep(RETRY_MS)
      }
    }
    await postpone(kernel, results)
    onStored(results)
  }

  return createBatcher<Result>({
    most: MAX_BATCH,
    // Results that arrive meanwhile share a commit; only in an order does someone wait for one.
    waitForMore: async waiting => await sleep(waiting.some(({ item }) => item.inOrder) ? 0 : COMPANY_MS),
    flush: async batch => await settle(batch.map(({ item }) => item)),
    measure: measureBatches(kernel.metrics, 'attempts')
  })
}

/** SQLSTATE classes 22 and 23: the data itself is refused, and would be at every repetition. Anything else may pass. */
function isRefused (error: unknown): boolean {
  return /^2[23]/.test(String((error as { code?: unknown }).code))
}

async function holdReceivers (kernel: Kernel, batch: readonly Result[]): Promise<void> {
  for (const { target, verdict, endedAt } of batch) {
    if (verdict.holdMs !== null) await holdWebhook(kernel.db, target.id, target.url, new Date(endedAt.getTime() + verdict.holdMs))
  }
}

async function postpone (kernel: Kernel, batch: readonly Result[]): Promise<void> {
  const heads = batch.flatMap(({ inOrder, delivery, attempt, target, nextAttemptAt }) => !inOrder || nextAttemptAt === null || attempt.interrupted
    ? []
    : [{ webhookId: target.id, orderKey: delivery.orderKey, sequence: delivery.eventSequence, notBefore: nextAttemptAt }])
  if (heads.length === 0) return
  // They would wait in any case, only be looked at more often.
  await postponeFollowers(kernel.db, heads).catch((error: Error) => kernel.log.warn(error, 'followers could not be postponed'))
}
