// The root Fastify instance: limits, parsing, errors, and the entry points through which every call reaches the audit.
import { fastify, LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import compress from '@fastify/compress'
import type { ErrorObject } from 'ajv'
import { AppError, NOT_FOUND, PROBLEM_TYPE, problemBody } from '../kernel/contract/errors.js'
import { newId } from '../kernel/contract/ids.js'
import type { Clock } from '../kernel/contract/kernel.js'
import type { LiveCall } from '../kernel/host/foundation.js'
import { Problem, ProblemDetail } from './problem.js'
import { parseJson } from './json-body.js'
import { invalidRequest, validatorBuilder } from './validation.js'
import { newCall, recordOf, sha256, type CallRecording } from './recording.js'
import { addAdmission } from './admission.js'
import { createForwarded } from './forwarded.js'
import { BODY_LIMIT, MEDIA_TYPE, MERGE_PATCH, toProblem } from './to-problem.js'
import { createRawSockets } from './raw-sockets.js'

export interface ServerOptions {
  recording: CallRecording
  clock: Clock
  /** pino instance, or options for one. */
  log: Pick<FastifyServerOptions, 'logger' | 'loggerInstance'>
  /** Addresses whose `X-Forwarded-For` counts. */
  trustedProxies: readonly string[]
  /** How long a call may take before it is answered with 503. Default 25 s. */
  handlerMs?: number
  /** How answers are turned into JSON. Default: Fastify's way. */
  serializers?: NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
}

const CORRELATION = /^[\w.:/+=-]{1,100}$/
/** Bytes: what is smaller fits into one packet anyway. */
const COMPRESSED_FROM = 1_024
/** Longer than anything that a handler waits for may take. With the five seconds that its row in the audit may take, a call is answered within 30 s. */
const HANDLER_MS = 25_000

export function createServer (options: ServerOptions): FastifyInstance {
  const rawSockets = createRawSockets(options.recording, options.clock)
  const app = fastify({
    ...options.log,
    // The audit is the log of calls.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: BODY_LIMIT,
    requestTimeout: 15_000,
    // Longer than any call takes: a connection on which one is under way is not idle.
    connectionTimeout: 60_000,
    pluginTimeout: 60_000,
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 10_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: () => newId('req'),
    requestIdHeader: false,
    // A missing Host is refused in the gate, where the call is recorded.
    http: { requireHostHeader: false, headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    routerOptions: { maxParamLength: 1024 },
    schemaController: { compilersFactory: { buildValidator: validatorBuilder() as never, ...options.serializers } },
    schemaErrorFormatter: (errors, part) => invalidRequest(errors as ErrorObject[], part),
    frameworkErrors: (error, request, reply) => { answerFrameworkError(options, error, request, reply).catch(failure => reply.log.error(failure)) },
    clientErrorHandler: rawSockets.onClientError
  })
  app.decorateRequest('call')
  // Behind the recorder, which keeps what was said and not how it was packed.
  app.register(compress, { threshold: COMPRESSED_FROM, encodings: ['br', 'gzip'], globalDecompression: false })
  for (const schema of [ProblemDetail, Problem]) app.addSchema(schema)
  addCallHooks(app, options)
  addAdmission(app, options.recording)
  addParsers(app)
  app.setErrorHandler(async (error: FastifyError | AppError, request, reply) => await sendError(error, request, reply))
  rawSockets.attach(app)
  return app
}

/** Opens the call first and stores its record last, before the answer leaves. */
function addCallHooks (app: FastifyInstance, { recording, clock, trustedProxies, handlerMs = HANDLER_MS }: ServerOptions): void {
  const recordEnd = createEndRecorder(app, recording, clock)
  const repairForwarded = createForwarded(trustedProxies, () => app)
  app.addHook('onRequest', async (request, reply) => {
    repairForwarded(request)
    openCall(request, reply, clock);
    // Fastify's own limit makes and aborts a signal for each call: a twentieth of the time of a small one.
    (request.call as LiveCall).timer = setTimeout(giveUp, handlerMs, reply)
  })
  app.addHook('onRequestAbort', async request => { (request.call as LiveCall).aborted = true })
  app.addHook('preValidation', async request => {
    const call = request.call as LiveCall
    if (call.requestBody === undefined) call.requestBody = request.body
    refuseEncoded(request)
    if (request.body === undefined || request.routeOptions.schema?.body !== undefined || request.routeOptions.config.operation === undefined) return
    throw new AppError(400, 'request.invalid', 'body is not accepted here: send none', {
      errors: [{ in: 'body', pointer: '', code: 'unexpected', message: 'is not accepted here: send none' }]
    })
  })
  app.addHook('preHandler', async request => {
    // Text in the database can't hold it; schemas that say more about a parameter have had their say.
    if (request.raw.url?.includes('%00') === true) throw new AppError(400, 'request.invalid', 'The URL has a NUL character (%00), which text can\'t hold.')
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const call = request.call as LiveCall
    clearTimeout(call.timer)
    const isAsset = !request.is404 && request.routeOptions.config.asset === true && call.errorCode === null
    const sent = call.recorded || isAsset ? payload : await record(request, reply, payload)
    if (!isAsset) secure(reply, call)
    return sent
  })

  const record = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const call = request.call as LiveCall
    const { statusCode } = reply
    call.recorded = true
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : null
    try {
      await recording.store(recordOf(request, reply, call.aborted ? 499 : statusCode, body))
      // A call that was given up may have decided meanwhile.
      if (reply.statusCode !== statusCode) reply.code(statusCode)
      if (isStream(payload)) recordEnd(request, reply)
      return payload
    } catch (error) {
      request.log.error(error, 'the audit row could not be written')
      return refuseUnrecorded(reply, call.requestId)
    }
  }
}

/** On every answer of the API; they are the same for all, so that the audit does not keep them. Pages have their own. */
const SECURITY_HEADERS = {
  'content-security-policy': 'default-src \'none\'; frame-ancestors \'none\'',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer'
}

function secure (reply: FastifyReply, { direction }: LiveCall): void {
  reply.headers(SECURITY_HEADERS)
  if (direction === 'operator' && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
}

const isStream = (payload: unknown): boolean => typeof (payload as { pipe?: unknown } | null)?.pipe === 'function'

/** A stream has a second row when it ends, as of then: how long it ran, how much went out, and whether its caller left before. */
function createEndRecorder (app: FastifyInstance, recording: CallRecording, clock: Clock): (request: FastifyRequest, reply: FastifyReply) => void {
  const open = new Set<Promise<void>>()
  // The database is there until all of them are stored.
  app.addHook('onClose', async () => { await Promise.all(open) })
  return (request, reply) => {
    const { raw } = reply
    // Gone from the reply when it is closed.
    const { socket } = raw
    const before = socket?.bytesWritten ?? 0
    raw.once('close', () => {
      const record = { ...recordOf(request, reply, reply.statusCode, null), startedAt: clock.now(), responseBytes: (socket?.bytesWritten ?? 0) - before }
      const stored: Promise<void> = recording.store(raw.writableFinished ? record : { ...record, errorCode: 'stream.left' })
        .catch((error: unknown) => { request.log.error(error, 'the audit row of the end of a stream could not be written') })
        .finally(() => { open.delete(stored) })
      open.add(stored)
    })
  }
}

/** A stream that has begun ends with its caller. */
function giveUp (reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return
  reply.send(new AppError(503, 'request.timeout', 'The call took too long and was given up. Try again later.', { headers: { 'retry-after': '1' } }))
}

function openCall (request: FastifyRequest, reply: FastifyReply, clock: Clock): void {
  const given = request.headers['x-correlation-id']
  const correlationId = typeof given === 'string' && CORRELATION.test(given) ? given : request.id
  request.call = newCall(request, correlationId, clock.now())
  reply.header('x-request-id', request.id)
}

/** No row, no answer: what a caller learns instead. Returns the new body. */
function refuseUnrecorded (reply: FastifyReply, requestId: string): string {
  for (const name of Object.keys(reply.getHeaders())) if (name !== 'x-request-id') reply.removeHeader(name)
  reply.code(503).type(PROBLEM_TYPE).header('retry-after', '5')
  return problemBody(
    { status: 503, code: 'audit.unavailable', detail: 'Calls can\'t be recorded at present, so none is answered. Try again later.' }, requestId
  )
}

/** Nothing is decompressed here, and plain bytes under the name of a compression are not what their sender means. */
function refuseEncoded ({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new AppError(415, 'body.encoding', 'The Content-Encoding is not accepted: send the body as it is.', { headers: { 'accept-encoding': 'identity' } })
}

function addParsers (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', MERGE_PATCH], { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    const call = request.call as LiveCall
    call.requestBytes = bytes.length
    call.requestSha256 = sha256(bytes)
    try {
      refuseEncoded(request)
      if (request.method !== 'PATCH' && request.headers['content-type']?.startsWith(MERGE_PATCH) === true) throw new AppError(415, ...MEDIA_TYPE)
      done(null, parseJson(bytes))
    } catch (error) {
      call.requestBody = bytes.toString('utf8')
      done(error as Error)
    }
  })
}

async function sendError (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const call = request.call as LiveCall
  const problem = hasLeft(request) ? LEFT : toProblem(error)
  call.errorCode = problem.code
  if (problem.status >= 500) request.log.error(error, `${problem.code} ${call.requestId}`)
  return await reply.code(problem.status).headers(problem.extra.headers ?? {}).type(PROBLEM_TYPE).send(problemBody(problem, call.requestId))
}

/** Its caller closed the connection before the whole request had arrived. No one reads this answer; the audit has its status. */
const LEFT = new AppError(499, 'request.aborted', 'The connection was closed before the request had arrived.')
const hasLeft = ({ call, raw }: FastifyRequest): boolean => (call as LiveCall).aborted || (raw.destroyed && !raw.complete)

/** Errors before routing, where no hook runs: the same answers, recorded here. */
async function answerFrameworkError ({ recording, clock }: ServerOptions, error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  openCall(request, reply, clock)
  const call = request.call as LiveCall
  const problem = error.code === 'FST_ERR_MAX_PARAM_LENGTH' || error.code === 'FST_ERR_BAD_URL'
    ? new AppError(404, NOT_FOUND.code, NOT_FOUND.detail)
    : toProblem(error)
  call.errorCode = problem.code
  reply.code(problem.status).type(PROBLEM_TYPE)
  let body = problemBody(problem, call.requestId)
  await recording.store(recordOf(request, reply, problem.status, body)).catch(failure => {
    reply.log.error(failure, 'the audit row could not be written')
    body = refuseUnrecorded(reply, call.requestId)
  })
  call.recorded = true
  secure(reply, call)
  await reply.send(body)
}
