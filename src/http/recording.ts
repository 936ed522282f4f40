// Turns calls into records and stores them before their answers leave: no row, no answer.
import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBatcher, type BatchMeasure, type Queued } from '../kernel/contract/batcher.js'
import type { Call, CallRecord } from '../kernel/contract/call.js'
import { newId } from '../kernel/contract/ids.js'
import { operatorPrefix } from '../kernel/contract/kernel.js'
import type { CallRecorder } from '../kernel/contract/ports.js'
import type { LiveCall, Recording } from '../kernel/host/foundation.js'
import { createFlood } from './flood.js'

export interface CallRecording extends Recording {
  /** Resolves when the row is durable. One insert is in flight at a time; the next batch is buffered meanwhile. Rejects after 5 s. */
  store: (call: CallRecord) => Promise<void>
  /** For how long the oldest row has waited, in milliseconds. */
  readonly delayMs: number
  /** Writes one row for many calls that were refused from memory. */
  count: (errorCode: string, status: number, count: number, ip?: string | null) => Promise<void>
  /** Writes what was only counted so far. */
  close: () => Promise<void>
}

const MAX_BATCH = 500
/** A call whose row is not written by then is answered that it could not be recorded. */
const RECORD_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 250
/** How often what was only counted gets a row. */
const SUMMARY_MS = 10_000

interface Waiting { call: CallRecord, resolve: () => void, reject: (error: unknown) => void }

/** One insert is in flight at a time; the next batch is buffered meanwhile. */
function createRowQueue (insert: (calls: readonly CallRecord[]) => Promise<void>, withinMs: number, measure: BatchMeasure | undefined) {
  let inFlight: ReadonlyArray<Queued<Waiting>> = []
  let failure: string | null = null
  let timer: NodeJS.Timeout | undefined

  /** What is in flight may still be written; its caller has an answer, and what did not begin never will. */
  const giveUpOld = (): void => {
    const before = performance.now() - withinMs
    const isOld = ({ since }: Queued<Waiting>): boolean => since < before
    const old = [...inFlight.filter(isOld).map(({ item }) => item), ...rows.withdraw(isOld)]
    if (old.length === 0) return
    failure = `rows have waited for more than ${withinMs / 1000} s`
    const error = new Error(failure)
    for (const { reject } of old) reject(error)
  }

  const rows = createBatcher<Waiting>({
    most: MAX_BATCH,
    measure,
    async flush (batch) {
      inFlight = batch
      timer ??= setInterval(giveUpOld, LOOK_EVERY_MS)
      try {
        await insert(batch.map(({ item }) => item.call))
        failure = null
        for (const { item } of batch) item.resolve()
      } catch (error) {
        failure = (error as Error).message
        for (const { item } of batch) item.reject(error)
      }
      inFlight = []
      if (rows.waiting.length > 0) return
      clearInterval(timer)
      timer = undefined
    }
  })

  return {
    add: async (call: CallRecord): Promise<void> => await new Promise<void>((resolve, reject) => { rows.add({ call, resolve, reject }) }),
    get failure () { return failure },
    /** Rows are written again, by whichever way. */
    recovered () { failure = null },
    get delayMs () {
      const oldest = inFlight[0] ?? rows.waiting[0]
      return oldest === undefined ? 0 : performance.now() - oldest.since
    }
  }
}

const withoutBodies = (call: CallRecord): CallRecord => ({ ...call, requestBody: undefined, responseBody: null })

interface Options {
  /** For rows that belong to no single call. */
  now: () => Date
  /** Of space: bodies are not kept then. */
  isShort: () => boolean
  /** How long a call waits for its row. */
  withinMs?: number | undefined
  measure?: BatchMeasure | undefined
}

export function createRecording ({ now, isShort, withinMs = RECORD_WITHIN_MS, measure }: Options): CallRecording {
  let recorder: CallRecorder | null = null
  const rows = createRowQueue(async calls => { await recorder!.batch(calls) }, withinMs, measure)
  const flood = createFlood(now, isShort)
  const kept = (call: CallRecord): CallRecord => isShort() ? withoutBodies(call) : call
  let summary: NodeJS.Timeout | null = null

  const count: CallRecording['count'] = async (errorCode, status, calls, ip = null) => {
    if (recorder === null) return
    const body = JSON.stringify({ code: errorCode, calls })
    await rows.add(rawRecord({ requestId: newId('req'), startedAt: now(), method: '-', url: `(${calls} calls)`, ip, status, errorCode, body }))
  }
  const summarise = async (): Promise<void> => {
    summary = null
    // Lost when it can't be written.
    await Promise.allSettled([...flood.take()].map(async ([network, calls]) => await count('calls.counted', 429, calls, network)))
  }
  const inTransaction: CallRecorder['inTransaction'] = (tx, calls) => {
    recorder?.inTransaction(tx, calls.map(kept))
    tx.afterCommit(rows.recovered)
  }
  return {
    provide (given) { recorder = given },
    inTransaction,
    answered (tx, request, reply, { status, body }) { inTransaction(tx, [recordOf(request, reply, status, body)]) },
    get failure () { return rows.failure },
    get delayMs () { return rows.delayMs },
    async store (call) {
      if (recorder === null) return
      if (!flood.swallows(call)) return await rows.add(kept(call))
      summary ??= setTimeout(() => { summarise().catch(() => {}) }, SUMMARY_MS)
    },
    count,
    async close () {
      if (summary !== null) clearTimeout(summary)
      await summarise()
    }
  }
}

export const sha256 = (bytes: string | Buffer): string => hash('sha256', bytes, 'hex')

export function newCall ({ id, url, is404, routeOptions }: FastifyRequest, correlationId: string, startedAt: Date): LiveCall {
  return {
    requestId: id,
    direction: directionOf(url),
    correlationId,
    startedAt,
    startedAtMs: performance.now(),
    principal: null,
    operation: is404 ? null : routeOptions.config.operation ?? null,
    claimedId: null,
    entities: [],
    changes: null,
    recorded: false,
    aborted: false,
    requestBody: undefined,
    requestBytes: 0,
    requestSha256: null,
    errorCode: null
  }
}

/** The record of a call with its answer. `body` null: nothing was sent, or a stream whose bytes are not kept. */
export function recordOf (request: FastifyRequest, reply: FastifyReply, status: number, body: string | Buffer | null): CallRecord {
  const call = request.call as LiveCall
  const url = request.raw.url ?? '/'
  return {
    requestId: call.requestId,
    correlationId: call.correlationId,
    direction: call.principal?.type === 'operator' ? 'operator' : call.direction,
    startedAt: call.startedAt,
    durationMs: Math.round((performance.now() - call.startedAtMs) * 1000) / 1000,
    method: request.raw.method ?? request.method,
    route: request.is404 ? null : request.routeOptions.url ?? null,
    url,
    operation: call.operation,
    status,
    errorCode: call.errorCode,
    principal: call.principal,
    claimedId: call.claimedId,
    ip: request.ip ?? null,
    requestHeaders: request.headers,
    responseHeaders: reply.getHeaders(),
    requestBody: call.requestBody,
    requestBytes: call.requestBytes,
    requestSha256: call.requestSha256,
    responseBody: body === null ? null : body.toString(),
    responseBytes: body === null ? 0 : Buffer.byteLength(body),
    responseSha256: body === null || body.length === 0 ? null : sha256(body),
    entities: call.entities,
    changes: call.changes,
    outbound: null
  }
}

/** By its path alone, also where the request line has the absolute form (RFC 9112, section 3.2.2). */
function directionOf (url: string): Call['direction'] {
  return url.replace(/^https?:\/\/[^/?#]*/i, '').startsWith(`${operatorPrefix}/`) ? 'operator' : 'in'
}

interface RawCall extends Pick<CallRecord, 'requestId' | 'startedAt' | 'method' | 'url' | 'ip'> {
  status: number
  errorCode: string
  headers?: CallRecord['requestHeaders']
  body: string
}

/** The record of a call that Fastify never saw: broken HTTP, a refused Expect, CONNECT, a dropped request. */
export function rawRecord (call: RawCall): CallRecord {
  return {
    requestId: call.requestId,
    correlationId: call.requestId,
    direction: directionOf(call.url),
    startedAt: call.startedAt,
    durationMs: 0,
    method: call.method,
    route: null,
    url: call.url,
    operation: null,
    status: call.status,
    errorCode: call.errorCode,
    principal: null,
    claimedId: null,
    ip: call.ip,
    requestHeaders: call.headers ?? {},
    responseHeaders: {},
    requestBody: undefined,
    requestBytes: 0,
    requestSha256: null,
    responseBody: call.body,
    responseBytes: Buffer.byteLength(call.body),
    responseSha256: sha256(call.body),
    entities: [],
    changes: null,
    outbound: null
  }
}
