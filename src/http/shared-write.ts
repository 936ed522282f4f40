// Writes of one kind that are made at once share a transaction: one wait for the disk, and statements about many rows instead of many statements.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database, Tx } from '../kernel/database.js'
import type { SharedCall, SharedWork } from '../kernel/kernel.js'
import type { Answer } from '../kernel/ports.js'
import type { WriteResult } from '../kernel/kernel.js'
import type { Decide } from './write.js'

/** Together they stay small enough that a transaction takes milliseconds. */
const MOST_TOGETHER = 24
/** While the database works on one, the next is made ready. */
const AT_A_TIME = 2
/** Who has to wait for somebody's lock waits alone and holds nobody up. */
const PATIENCE_MS = 50
const LOCK_TIMEOUT = { name: 'kernel-shared-lock-timeout', text: `SET LOCAL lock_timeout TO ${PATIENCE_MS}` }

type Alone = (request: FastifyRequest, reply: FastifyReply, work: (tx: Tx) => Promise<WriteResult>) => Promise<Answer>

interface Waiting<Input> {
  request: FastifyRequest
  reply: FastifyReply
  input: Input
  resolve: (answer: Answer | Promise<Answer>) => void
  reject: (error: unknown) => void
}

interface Queue<Input> { waiting: Array<Waiting<Input>>, running: number }

/** @returns for each kind of work what makes one call of it; `key` null: alone */
export function createSharedWrites (db: Database, decide: Decide, alone: Alone) {
  return <Input>({ run }: Pick<SharedWork<Input>, 'run'>) => {
    const queues = new Map<string, Queue<Input>>()

    const single = async ({ request, reply, input }: Pick<Waiting<Input>, 'request' | 'reply' | 'input'>): Promise<Answer> => {
      // It may be the second time, after others have undone the first.
      request.call.entities.length = 0
      return await alone(request, reply, async tx => resultOf((await run([{ request, tx, input }]))[0]!))
    }

    /** What each comes to; null: it is to be made alone. */
    const inOneTransaction = async (batch: ReadonlyArray<Waiting<Input>>): Promise<Array<Answer | Error | null>> => await db.transaction(async shared => {
      shared.send(LOCK_TIMEOUT, [])
      const calls = batch.map(({ request, input }): SharedCall<Input> => ({ request, input, tx: { ...shared, call: request.call, drafts: [] } }))
      const outcomes = await run(calls)
      return await Promise.all(batch.map(async ({ request, reply }, at) => {
        const outcome = outcomes[at]!
        if (outcome instanceof Error) return outcome
        return outcome === 'alone' ? null : await decide(request, reply, calls[at]!.tx, async () => outcome)
      }))
    })

    const together = async (batch: ReadonlyArray<Waiting<Input>>): Promise<void> => {
      const answers = await inOneTransaction(batch).catch((error: unknown) => {
        if (isUnknown(error)) return batch.map(() => error as Error)
        return batch.map(() => null)
      })
      batch.forEach((each, at) => {
        const answer = answers[at]!
        if (answer instanceof Error) each.reject(answer)
        else each.resolve(answer ?? single(each))
      })
    }

    const drain = async (queue: Queue<Input>): Promise<void> => {
      queue.running++
      while (queue.waiting.length > 0) {
        const batch = queue.waiting.splice(0, MOST_TOGETHER)
        if (batch.length > 1) await together(batch)
        else await atMost(PATIENCE_MS, single(batch[0]!).then(batch[0]!.resolve, batch[0]!.reject))
      }
      queue.running--
    }

    return async (request: FastifyRequest, reply: FastifyReply, input: Input, key: string | null): Promise<Answer> => {
      if (key === null) return await single({ request, reply, input })
      const queue = queues.get(key) ?? { waiting: [], running: 0 }
      queues.set(key, queue)
      return await new Promise((resolve, reject) => {
        queue.waiting.push({ request, reply, input, resolve, reject })
        if (queue.running >= AT_A_TIME) return
        drain(queue).then(() => { if (queue.running === 0 && queue.waiting.length === 0 && queues.get(key) === queue) queues.delete(key) }, reject)
      })
    }
  }
}

function resultOf (outcome: WriteResult | Error | 'alone'): WriteResult {
  if (outcome instanceof Error) throw outcome
  if (outcome === 'alone') throw new Error('a call that is made alone can not be put off')
  return outcome
}

/** SQLSTATE classes after which a transaction is surely undone: refused data, constraints, rollbacks, locks. After others nobody knows whether it was committed. */
const UNDONE = /^(?:22|23|40|55)/

function isUnknown (error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !UNDONE.test(code)
}

async function atMost (ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise<void>(resolve => { timer = setTimeout(resolve, ms) })])
  clearTimeout(timer)
}
