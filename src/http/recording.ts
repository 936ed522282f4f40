// Turns calls into records and stores them before their answers leave: no row, no answer.
import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CallRecord, Principal } from '../kernel/call.js'
import type { CallRecorder, LiveCall, Recording } from '../kernel/ports.js'
import { operatorPrefix } from '../kernel/kernel.js'

export interface CallRecording extends Recording {
  /** Resolves when the row is durable. One insert is in flight at a time; the next batch gathers behind it. */
  store: (call: CallRecord) => Promise<void>
}

const MAX_BATCH = 500

export function createRecording (): CallRecording {
  let recorder: CallRecorder | null = null
  let failure: string | null = null
  const waiting: Array<{ call: CallRecord, resolve: () => void, reject: (error: unknown) => void }> = []
  let running = false

  const run = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH)
      try {
        await recorder!.batch(batch.map(entry => entry.call))
        failure = null
        batch.forEach(entry => entry.resolve())
      } catch (error) {
        failure = (error as Error).message
        batch.forEach(entry => entry.reject(error))
      }
    }
    running = false
  }

  const inTransaction: CallRecorder['inTransaction'] = (tx, calls) => {
    recorder?.inTransaction(tx, calls)
    tx.afterCommit(() => { failure = null })
  }
  return {
    provide (given) { recorder = given },
    inTransaction,
    answered (tx, request, reply, { status, body }) { inTransaction(tx, [recordOf(request, reply, status, body)]) },
    get failure () { return failure },
    async store (call) {
      if (recorder === null) return
      await new Promise<void>((resolve, reject) => {
        waiting.push({ call, resolve, reject })
        if (!running) run().catch(reject)
      })
    }
  }
}

export const sha256 = (bytes: string | Buffer): string => hash('sha256', bytes, 'hex')

export function newCall (requestId: string, correlationId: string, operation: string | null, startedAt: Date): LiveCall {
  return {
    requestId,
    correlationId,
    startedAt,
    startedAtMs: performance.now(),
    principal: null,
    operation,
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
    direction: directionOf(call.principal, url),
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

function directionOf (principal: Principal | null, url: string): 'in' | 'operator' {
  return principal?.type === 'operator' || (principal === null && url.startsWith(`${operatorPrefix}/`)) ? 'operator' : 'in'
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
    direction: 'in',
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
