// Writes of one kind that are made at once share a transaction: one wait for the disk, and statements about many rows instead of many statements.
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBatcher, type Batcher, type BatchMeasure, type Queued } from '../kernel/contract/batcher.js'
import type { Database, Tx } from '../kernel/contract/database.js'
import type { BulkCall, BulkWork, WriteResult } from '../kernel/contract/writes.js'
import type { Answer, LiveTx } from '../kernel/host/foundation.js'

/** Does the work of a call in a transaction and writes its answer and its audit row there. */
export type Decide = (request: FastifyRequest, reply: FastifyReply, tx: Tx, work: () => Promise<WriteResult>) => Promise<Answer>

/** Together they stay small enough that a transaction takes milliseconds. */
const MOST_TOGETHER = 24
/** While the database works on one, the next is made ready. */
const AT_A_TIME = 2
/** A second one costs its statements again: it begins when this many wait, */
const ENOUGH = 18
/** or when the first takes long: it may be waiting for someone's lock. */
const LONG_MS = 100
/** Who has to wait longer for someone's lock waits alone and holds no one up. */
const PATIENCE_MS = 250
const LOCK_TIMEOUT = { name: 'kernel-bulk-lock-timeout', text: `SET LOCAL lock_timeout TO ${PATIENCE_MS}` }
/** What waits longer gets a transaction of its own. */
const MAX_AGE_MS = 2_000

/** A call that waits for its turn. */
export interface Waiting<Input> {
  request: FastifyRequest
  reply: FastifyReply
  input: Input
  /** Makes it in a transaction of its own, as if nothing had been tried before. */
  alone: () => Promise<Answer>
}

interface Asked<Input> extends Waiting<Input> {
  topics: readonly string[]
  resolve: (answer: Answer | Promise<Answer>) => void
  reject: (error: unknown) => void
}

/** @returns takes a call and its key, and resolves with its answer when it is committed */
export function createBulk<Input> (
  db: Database, decide: Decide, { run, topicsOf }: Pick<BulkWork<Input>, 'run' | 'topicsOf'>, measure?: BatchMeasure
): (call: Waiting<Input>, key: string) => Promise<Answer> {
  const queues = new Map<string, Batcher<Asked<Input>>>()

  const together = async (batch: ReadonlyArray<Asked<Input>>): Promise<void> => {
    let isDecided = false
    const answers = await db.transaction(async shared => {
      shared.send(LOCK_TIMEOUT, [])
      const calls = batch.map(({ request, input }): BulkCall<Input> => ({ request, input, tx: { ...shared, call: request.call, drafts: [] } as LiveTx }))
      for (const { request } of batch) request.call.entities.length = 0
      const outcomes = await run(calls)
      const decided = await Promise.all(batch.map(async ({ request, reply }, at): Promise<Answer | Error | 'alone'> => {
        const outcome = outcomes[at]!
        return outcome instanceof Error || outcome === 'alone' ? outcome : await decide(request, reply, calls[at]!.tx, async () => outcome)
      }))
      isDecided = true
      return decided
    }).catch((error: unknown) => batch.map(() => isDecided && !UNDONE.test(codeOf(error)) ? error as Error : 'alone' as const))
    batch.forEach((each, at) => {
      const answer = answers[at]!
      if (answer instanceof Error) each.reject(answer)
      else if (answer !== 'alone') each.resolve(answer)
      else each.resolve(each.alone())
    })
  }

  const flush = async (taken: ReadonlyArray<Queued<Asked<Input>>>): Promise<void> => {
    const now = performance.now()
    const isTooOld = ({ since }: { since: number }): boolean => now - since > MAX_AGE_MS
    for (const each of taken) if (isTooOld(each)) each.item.resolve(each.item.alone())
    const batch = taken.filter(each => !isTooOld(each)).map(({ item }) => item)
    if (batch.length > 1) await together(batch)
    else if (batch.length === 1) await atMost(PATIENCE_MS, batch[0]!.alone().then(batch[0]!.resolve, batch[0]!.reject))
  }

  const openQueue = (key: string): Batcher<Asked<Input>> => {
    /** Topics of those that are under way together. */
    const busy = new Set<string>()
    const queue = createBatcher<Asked<Input>>({
      most: MOST_TOGETHER,
      mayBegin,
      // Calls that the network has brought at once are read one after the other.
      waitForMore: async () => await setImmediate(),
      take: waiting => takeFrom(waiting, busy),
      lookAgainMs: LONG_MS,
      measure,
      async flush (taken) {
        await flush(taken)
        for (const { item } of taken) for (const topic of item.topics) busy.delete(topic)
      }
    })
    queues.set(key, queue)
    return queue
  }

  return async (call, key) => {
    const known = queues.get(key)
    const queue = known ?? openQueue(key)
    return await new Promise((resolve, reject) => {
      queue.add({ ...call, topics: topicsOf(call.input), resolve, reject })
      if (known === undefined) whenIdle(queue, () => { queues.delete(key) })
    })
  }
}

/** Idle when it acts, not only when it was found to be. */
function whenIdle (queue: Pick<Batcher<unknown>, 'idle' | 'isIdle'>, act: () => void): void {
  if (queue.isIdle) act()
  else queue.idle().then(() => { whenIdle(queue, act) }, () => { /* It never fails. */ })
}

function mayBegin (waiting: ReadonlyArray<{ since: number }>, running: number): boolean {
  return running === 0 || (running < AT_A_TIME && (waiting.length >= ENOUGH || performance.now() - waiting[0]!.since >= LONG_MS))
}

/** The oldest that have nothing to do with what is under way, nor with one that is older and has: so no one is overtaken. */
function takeFrom<Item extends { topics: readonly string[] }> (waiting: Array<Queued<Item>>, busy: Set<string>): Array<Queued<Item>> {
  const [taken, left]: [Array<Queued<Item>>, Array<Queued<Item>>] = [[], []]
  const awaited = new Set(busy)
  for (const each of waiting) {
    if (taken.length < MOST_TOGETHER && !each.item.topics.some(topic => awaited.has(topic))) {
      taken.push(each)
      continue
    }
    left.push(each)
    for (const topic of each.item.topics) awaited.add(topic)
  }
  for (const { item } of taken) for (const topic of item.topics) busy.add(topic)
  waiting.splice(0, waiting.length, ...left)
  return taken
}

/**
 * SQLSTATE classes after which a transaction is surely undone, even if it was on its way to be committed: refused data, constraints, rollbacks,
 * locks. After others no one knows, and it must not be made again.
 */
const UNDONE = /^(?:22|23|40|55)/
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

async function atMost (ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise<void>(resolve => { timer = setTimeout(resolve, ms) })])
  clearTimeout(timer)
}
