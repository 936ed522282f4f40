// Calls that never become a Fastify request: broken HTTP, timeouts while reading, a refused Expect, CONNECT, a dropped request.
// Each is recorded, answered behind the answers that are still under way on its connection, and its socket is gone within a bounded time.
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance } from 'fastify'
import { NOT_FOUND, PROBLEM_TYPE, problemBody } from '../kernel/contract/errors.js'
import { newId } from '../kernel/contract/ids.js'
import type { Clock } from '../kernel/contract/kernel.js'
import { rawRecord, type CallRecording } from './recording.js'

interface Refusal { status: number, code: string, detail: string }

const TOO_LARGE: Refusal = { status: 431, code: 'request.headers_too_large', detail: 'The headers are larger than 16 KiB.' }
const TOO_SLOW: Refusal = { status: 408, code: 'request.timeout', detail: 'The request did not arrive in time.' }
const BROKEN: Refusal = { status: 400, code: 'request.malformed', detail: 'This is not valid HTTP/1.1.' }
const EXPECTATION: Refusal = { status: 417, code: 'request.expectation', detail: 'Only Expect: 100-continue is supported.' }
const DROPPED: Refusal = { status: 503, code: 'connection.exhausted', detail: 'This connection has carried its last request: open a new one.' }

/** How long the last answer may take to be read, and the caller to close its side. */
const LINGER_MS = 2_000
/** How long a refusal waits for answers that are under way before it on its connection: longer than a call may take. */
const BEHIND_MS = 35_000

interface RawSockets {
  /** For Fastify's `clientErrorHandler`: what Node's parser refuses, and connections that broke. */
  onClientError: (error: ConnectionError, socket: Socket) => void
  /** Listens to the server's events of sockets and of requests that Fastify does not get. */
  attach: (app: FastifyInstance) => void
}

export function createRawSockets (recording: CallRecording, clock: Clock): RawSockets {
  /** The newest answer of each connection: answers leave in the order of their requests, so the others end before it. */
  const newest = new WeakMap<Socket, ServerResponse>()
  /** Sockets that Node has given out of its hands; it neither times them out nor closes them. */
  const detached = new Set<Socket>()

  const record = async (refusal: Refusal, caller: Caller): Promise<{ requestId: string, body: string }> => {
    const requestId = newId('req')
    const body = problemBody(refusal, requestId)
    await recording.store(rawRecord({ requestId, startedAt: clock.now(), ...caller, status: refusal.status, errorCode: refusal.code, body }))
    return { requestId, body }
  }

  /** Writes the answer by hand, reads and drops what the caller still sends, and ends the connection. */
  const refuse = (refusal: Refusal, caller: Caller, socket: Socket): void => {
    detached.add(socket)
    socket.once('close', () => { detached.delete(socket) })
    socket.removeAllListeners('data')
    socket.resume()
    record(refusal, caller).then(({ requestId, body }) => {
      behind(newest.get(socket), socket, () => {
        if (!socket.writable) return socket.destroy()
        socket.end(answerText(refusal, requestId, body))
        setTimeout(() => { socket.destroy() }, LINGER_MS).unref()
      })
    }, () => { socket.destroy() })
  }

  return {
    onClientError (error, socket) {
      // The parser reports every further chunk of what it could not read.
      if (detached.has(socket)) return
      // A connection that was closed or reset has no caller to answer; it never was a call.
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      const refusal = error.code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? TOO_SLOW : BROKEN
      // Declared as an object in Fastify's types; Node hands over the bytes.
      const packet = error.rawPacket as unknown as Buffer | undefined
      const [, method = '-', url = '-'] = /^([A-Z]+) (\S{1,2000})/.exec(packet?.toString('latin1', 0, 4_096) ?? '') ?? []
      refuse(refusal, { method, url, ip: socket.remoteAddress ?? null }, socket)
    },
    attach (app) {
      const { server } = app
      // First of all and for as long as the socket lives: an error without a listener would end the process.
      server.on('connection', ignoreErrors)
      server.on('request', (request: IncomingMessage, response: ServerResponse) => { newest.set(request.socket, response) })
      server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
        newest.set(request.socket, response)
        record(EXPECTATION, callerOf(request)).then(({ requestId, body }) => {
          response.writeHead(EXPECTATION.status, {
            'x-request-id': requestId,
            'content-type': PROBLEM_TYPE,
            'content-length': Buffer.byteLength(body),
            'x-content-type-options': 'nosniff',
            connection: 'close'
          })
          response.end(body)
        }, () => { request.socket.destroy() })
      })
      server.on('connect', (request: IncomingMessage, socket: Socket) => { refuse({ ...NOT_FOUND }, callerOf(request), socket) })
      // Node has answered 503 by itself; only the row is missing.
      server.on('dropRequest', (request: IncomingMessage, socket: Socket) => {
        record(DROPPED, { ...callerOf(request), ip: socket.remoteAddress ?? null }).catch(() => {})
      })
      app.addHook('preClose', async () => { for (const socket of detached) socket.destroy() })
    }
  }
}

function answerText ({ status }: Refusal, requestId: string, body: string): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nx-request-id: ${requestId}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`
}

/** Answers when the answer before it has left. */
function behind (before: ServerResponse | undefined, socket: Socket, answer: () => void): void {
  if (before === undefined || before.writableFinished || before.destroyed) return answer()
  const timer = setTimeout(() => { socket.destroy() }, BEHIND_MS).unref()
  before.once('close', () => { clearTimeout(timer); answer() })
}

/** Whatever happens to one connection is the end of that connection. */
function ignoreErrors (socket: Socket): void {
  socket.on('error', ignore)
}

function ignore (): void {}

interface Caller { method: string, url: string, ip: string | null, headers?: IncomingMessage['headers'] }

function callerOf (request: IncomingMessage): Caller {
  return { method: request.method ?? '-', url: request.url ?? '-', ip: request.socket.remoteAddress ?? null, headers: request.headers }
}
