// Admission control: more calls than the process can answer in time are refused at once, so that those that were admitted are answered.
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, PROBLEM_TYPE, problemBody } from '../kernel/contract/errors.js'
import type { LiveCall } from '../kernel/host/foundation.js'
import type { CallRecording } from './recording.js'

/** Calls under way in this process: some twenty for each database connection, which is less than a second of work. */
const MAX_CALLS = 256
/** Operators have a number of their own: they must get in when clients don't. */
const MAX_OPERATOR_CALLS = 64
/** Calls under way on one connection. HTTP/1.1 answers in order, so more gain their caller nothing. */
const MAX_PIPELINED = 16
/** While rows of the audit have waited for so long the database does not answer, and what is admitted would only wait too. */
const STALLED_MS = 2_000
const REPORT_EVERY_MS = 10_000

const OVERLOADED = { status: 503, code: 'overloaded', detail: 'More calls are under way than can be answered in time. Try again in a moment.' }
const PIPELINED = { status: 503, code: 'connection.pipelined', detail: `At most ${MAX_PIPELINED} calls may be under way on one connection: it is closed.` }

/**
 * Adds the first hook after the one that opens the call. A refusal is answered from memory: it has no row of its own in the audit, but counts in one that is
 * written every ten seconds.
 */
export function addAdmission (app: FastifyInstance, recording: CallRecording): void {
  const running = { in: 0, operator: 0 }
  const refused = new Map<string, number>()
  const pipelined = new WeakMap<Socket, number>()

  const reasonToRefuse = ({ call, raw: { socket } }: FastifyRequest): typeof OVERLOADED | null => {
    if ((pipelined.get(socket) ?? 0) > MAX_PIPELINED) return PIPELINED
    if (call.direction === 'operator') return running.operator > MAX_OPERATOR_CALLS ? OVERLOADED : null
    return running.in > MAX_CALLS || recording.delayMs > STALLED_MS ? OVERLOADED : null
  }

  const report = async (): Promise<void> => {
    if (refused.size === 0) return
    const counts = Object.fromEntries(refused)
    refused.clear()
    app.log.warn({ refused: counts }, 'calls were refused: too many were under way')
    // Lost when it can't be written: the log has it too.
    await Promise.allSettled(Object.entries(counts).map(async ([code, count]) => await recording.count(code, 503, count)))
  }
  const timer = setInterval(() => { report().catch(() => {}) }, REPORT_EVERY_MS).unref()

  app.addHook('onRequest', (request, reply, done) => {
    // Health, metrics and static files cost nothing that is scarce.
    if (!request.is404 && request.routeOptions.config.asset === true) return done()
    const { call, raw: { socket } } = request
    running[call.direction]++
    pipelined.set(socket, (pipelined.get(socket) ?? 0) + 1)
    reply.raw.once('close', () => {
      running[call.direction]--
      pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1)
    })
    const reason = reasonToRefuse(request)
    if (reason === null) return done()
    refused.set(reason.code, (refused.get(reason.code) ?? 0) + 1);
    (call as LiveCall).recorded = true
    refuse(reply, reason, call.requestId)
  })
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await report()
    await recording.close()
  })
}

function refuse (reply: FastifyReply, reason: typeof OVERLOADED, requestId: string): void {
  const error = new AppError(reason.status, reason.code, reason.detail)
  // The body of a refused call is not read: its connection can't carry another.
  reply.code(reason.status).headers({ 'retry-after': '1', connection: 'close' }).type(PROBLEM_TYPE).send(problemBody(error, requestId))
}
