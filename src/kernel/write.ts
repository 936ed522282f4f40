// The one way to change data for a caller: change, answer, audit row and events commit together or not at all.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database, OrmTx, Tx } from './database.js'
import type { Kernel, WriteResult } from './kernel.js'
import type { Answer, Answers, LiveCall, Recording } from './ports.js'
import { isDryRun, Rehearsal } from './dry-run.js'

const JSON_TYPE = 'application/json; charset=utf-8'

export function createWrite (db: Database, recording: Recording, answers: Answers): Pick<Kernel, 'write' | 'writeOrm'> {
  const decide = async (request: FastifyRequest, reply: FastifyReply, tx: Tx, work: () => Promise<WriteResult>): Promise<Answer> => {
    if (isDryRun(request)) {
      const rehearsed = serialise(reply, await work())
      throw await tx.written().then(() => new Rehearsal(rehearsed, tx.drafts))
    }
    const key = answers.keyOf(request)
    const earlier = key === null ? null : await answers.claim(tx, request, key)
    const answer = earlier ?? serialise(reply, await work())
    if (key !== null && earlier === null) answers.save(tx, request, key, answer)
    reply.code(answer.status).headers(answer.headers)
    if (answer.body !== '') reply.type(JSON_TYPE)
    if (earlier !== null) reply.header('idempotency-replayed', 'true')
    recording.answered(tx, request, reply, answer)
    return answer
  }
  const answerWith = async (request: FastifyRequest, reply: FastifyReply, run: () => Promise<Answer>): Promise<FastifyReply> => {
    const headersBefore = reply.getHeaders()
    try {
      const answer = await run();
      (request.call as LiveCall).recorded = true
      return reply.send(answer.body === '' ? undefined : answer.body)
    } catch (error) {
      // What the rolled-back answer had set must not show up on the refusal.
      for (const name of Object.keys(reply.getHeaders())) if (!(name in headersBefore)) reply.removeHeader(name)
      if (error instanceof Rehearsal) return reply.code(200).type(JSON_TYPE).send(error.answer)
      throw error
    }
  }
  return {
    write: async (request, reply, work) => await answerWith(request, reply, async () =>
      await db.transaction(async (tx: Tx) => await decide(request, reply, tx, async () => await work(tx)), request.call)),
    writeOrm: async (request, reply, work) => await answerWith(request, reply, async () =>
      await db.ormTransaction(async (tx: OrmTx) => await decide(request, reply, tx, async () => await work(tx)), request.call))
  }
}

/** By the route's response schema for the status; a failure rolls the change back. */
function serialise (reply: FastifyReply, { status = 200, body, headers = {} }: WriteResult): Answer {
  reply.code(status)
  return { status, headers, body: body === undefined ? '' : String(reply.serialize(body as Record<string, unknown>)) }
}
