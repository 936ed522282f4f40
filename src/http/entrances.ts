// Calls that never become a Fastify request: broken HTTP, timeouts while reading, a refused Expect, CONNECT, a dropped request.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance } from 'fastify'
import type { Kernel } from '../kernel/kernel.js'
import { newId } from '../kernel/ids.js'
import { NOT_FOUND, PROBLEM_TYPE, problemBody } from '../kernel/errors.js'
import { rawRecord, type CallRecording } from './recording.js'
import { STATUS_CODES } from 'node:http'

interface Refusal { status: number, code: string, detail: string }

const TOO_LARGE: Refusal = { status: 431, code: 'request.headers_too_large', detail: 'The headers are larger than 16 KiB.' }
const TOO_SLOW: Refusal = { status: 408, code: 'request.timeout', detail: 'The request did not arrive in time.' }
const BROKEN: Refusal = { status: 400, code: 'request.malformed', detail: 'This is not valid HTTP/1.1.' }
const EXPECTATION: Refusal = { status: 417, code: 'request.expectation', detail: 'Only Expect: 100-continue is supported.' }
const DROPPED: Refusal = { status: 503, code: 'connection.exhausted', detail: 'This connection has carried its last request: open a new one.' }

/** Node's answer to what its parser refuses: the row first, then the raw answer. */
export function answerClientError (recording: CallRecording, clock: Kernel['clock'], error: ConnectionError, socket: Socket): void {
  // A connection that was closed or reset has nobody to answer; it never was a call.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = error.code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? TOO_SLOW : BROKEN
  // Declared as an object in Fastify's types; Node hands over the bytes.
  const packet = error.rawPacket as unknown as Buffer | undefined
  const [, method = '-', url = '-'] = /^([A-Z]+) (\S{1,2000})/.exec(packet?.toString('latin1') ?? '') ?? []
  refuse(recording, clock, refusal, { method, url, ip: socket.remoteAddress ?? null }, socket)
}

export function addRawEntrances (app: FastifyInstance, recording: CallRecording, clock: Kernel['clock']): void {
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    refuse(recording, clock, EXPECTATION, whoOf(request), response.socket!)
  })
  app.server.on('connect', (request: IncomingMessage, socket: Socket) => {
    refuse(recording, clock, { ...NOT_FOUND }, whoOf(request), socket)
  })
  // Node has answered 503 by itself; only the row is missing.
  app.server.on('dropRequest', (request: IncomingMessage, socket: Socket) => {
    refuse(recording, clock, DROPPED, { ...whoOf(request), ip: socket.remoteAddress ?? null }, null)
  })
}

interface Who { method: string, url: string, ip: string | null, headers?: IncomingMessage['headers'] }

function whoOf (request: IncomingMessage): Who {
  return { method: request.method ?? '-', url: request.url ?? '-', ip: request.socket.remoteAddress ?? null, headers: request.headers }
}

function refuse (recording: CallRecording, clock: Kernel['clock'], refusal: Refusal, who: Who, socket: Socket | null): void {
  const requestId = newId('req')
  const body = problemBody(refusal, requestId)
  const answer = (): void => {
    if (socket === null || !socket.writable) return
    socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nx-request-id: ${requestId}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
  }
  recording.store(rawRecord({ requestId, startedAt: clock.now(), ...who, status: refusal.status, errorCode: refusal.code, body }))
    .then(answer, () => socket?.destroy())
}
