// The one way to change data for a caller: change, answer, audit row and events commit together or not at all.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BatchMeasure } from '../kernel/contract/batcher.js'
import type { Database, OrmTx, Tx } from '../kernel/contract/database.js'
import { withoutNumber } from '../kernel/contract/events.js'
import type { Kernel } from '../kernel/contract/kernel.js'
import type { PersonalData } from '../kernel/contract/personal-data.js'
import type { Bulk, BulkOutcome, BulkWork, WriteResult } from '../kernel/contract/writes.js'
import { isDryRun, DryRunRollback } from '../kernel/host/dry-run.js'
import type { Answer, LiveCall, LiveTx, Recording } from '../kernel/host/foundation.js'
import { createBulk, type Decide } from './bulk.js'
import type { Answers } from './idempotency.js'

/** So long a call's rows are made again when a busy machine sends them too late; after that its caller's patience ends. */
const PATIENCE_MS = 20_000
const JSON_TYPE = 'application/json; charset=utf-8'

interface Parts { recording: Recording, answers: Answers, personalData: PersonalData, measure?: BatchMeasure | undefined }

export function createWrites (db: Database, { recording, answers, personalData, measure }: Parts): Pick<Kernel, 'write' | 'writeOrm'> {
  const decide: Decide = async (request, reply, tx, work) => {
    if (isDryRun(request)) {
      const simulated = serialise(reply, await work())
      throw await tx.written().then(() => new DryRunRollback(simulated, (tx as LiveTx).drafts.map(draft => personalData.ofEvent(withoutNumber(draft)))))
    }
    const key = answers.keyOf(request)
    const earlier = key === null ? null : await answers.claim(tx, request, key)
    const answer = earlier === null ? serialise(reply, await work()) : { ...earlier, body: personalData.ofBody(request.call.operation, earlier.body) }
    if (key !== null && earlier === null) answers.save(tx, request, key, answer)
    reply.code(answer.status).headers(answer.headers)
    if (answer.body !== '') reply.type(JSON_TYPE)
    if (earlier !== null) reply.header('idempotency-replayed', 'true')
    recording.answered(tx, request, reply, answer)
    return answer
  }
  const inOwn = async (request: FastifyRequest, reply: FastifyReply, work: (tx: Tx) => Promise<WriteResult>): Promise<Answer> =>
    await begunInTime(request, reply, async () => await db.transaction(async tx => await decide(request, reply, tx, async () => await work(tx)), request.call))
  const queues = new WeakMap<BulkWork<unknown>, ReturnType<typeof createBulk<unknown>>>()
  const queueOf = (work: BulkWork<unknown>): ReturnType<typeof createBulk<unknown>> => {
    const queue = queues.get(work) ?? createBulk(db, decide, work, measure)
    queues.set(work, queue)
    return queue
  }
  const inBulk = async (request: FastifyRequest, reply: FastifyReply, { work, input }: Bulk): Promise<Answer> => {
    const headersBefore = reply.getHeaders()
    const alone = async (): Promise<Answer> => {
      restore(reply, headersBefore)
      request.call.entities.length = 0
      return await inOwn(request, reply, async tx => resultOf((await work.run([{ request, tx, input }]))[0]))
    }
    const isOrdinary = !isDryRun(request) && answers.keyOf(request) === null
    const key = isOrdinary ? work.keyOf(request, input) : null
    return key === null ? await alone() : await queueOf(work)({ request, reply, input, alone }, key)
  }
  return {
    write: async (request, reply, work) => await answerWith(request, reply, async () =>
      typeof work === 'function' ? await inOwn(request, reply, work) : await inBulk(request, reply, work)),
    writeOrm: async (request, reply, work) => await answerWith(request, reply, async () =>
      await db.ormTransaction(async (tx: OrmTx) => await decide(request, reply, tx, async () => await work(tx)), request.call))
  }
}

/** Rows that have waited for too long to be sent, on a machine that is busy, are made again: their timestamps are too old, and nothing has happened yet. */
async function begunInTime (request: FastifyRequest, reply: FastifyReply, run: () => Promise<Answer>): Promise<Answer> {
  const headersBefore = reply.getHeaders()
  for (const since = performance.now(); ;) {
    try {
      return await run()
    } catch (error) {
      if ((error as { isUnsent?: boolean }).isUnsent !== true || performance.now() - since > PATIENCE_MS) throw error
      restore(reply, headersBefore)
      request.call.entities.length = 0
    }
  }
}

function resultOf (outcome: BulkOutcome | undefined): WriteResult {
  if (outcome instanceof Error) throw outcome
  if (outcome === undefined || outcome === 'alone') throw new Error('a call that is made alone was put off')
  return outcome
}

async function answerWith (request: FastifyRequest, reply: FastifyReply, run: () => Promise<Answer>): Promise<FastifyReply> {
  const headersBefore = reply.getHeaders()
  try {
    const answer = await run();
    (request.call as LiveCall).recorded = true
    return reply.send(answer.body === '' ? undefined : answer.body)
  } catch (error) {
    restore(reply, headersBefore)
    if (error instanceof DryRunRollback) return reply.code(200).type(JSON_TYPE).send(error.answer)
    throw error
  }
}

/** What a rolled-back answer had set must not show up on the next. */
function restore (reply: FastifyReply, headersBefore: object): void {
  for (const name of Object.keys(reply.getHeaders())) if (!(name in headersBefore)) reply.removeHeader(name)
}

/** By the route's response schema for the status; a failure rolls the change back. */
function serialise (reply: FastifyReply, { status = 200, body, headers = {} }: WriteResult): Answer {
  reply.code(status)
  return { status, headers, body: body === undefined ? '' : String(reply.serialize(body as Record<string, unknown>)) }
}
