// A receiver of webhooks on a real port: keeps a ledger of every call, and answers as scripted.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ReceivedCall {
  receivedAt: Date
  method: string
  /** With the query. */
  path: string
  headers: IncomingHttpHeaders
  /** Names and values in turn, as they were sent. */
  rawHeaders: string[]
  /** The exact text of the body. */
  body: string
}

export interface ScriptedAnswer {
  /** Default 204. */
  status?: number
  headers?: Record<string, string>
  body?: string
  /** Waits before it answers, in milliseconds. */
  delayMs?: number
  /** Resolves when it may answer. */
  until?: Promise<unknown>
  /** Instead of an answer: never one, a broken connection, or a head whose body never ends. */
  instead?: 'silence' | 'reset' | 'endless'
}

/** @param nth how many calls there were, this one included */
export type Script = (call: ReceivedCall, nth: number) => ScriptedAnswer

export interface Receiver {
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  readonly url: string
  /** Every call whose body arrived whole, in the order of arrival. */
  readonly ledger: ReceivedCall[]
  /** Calls that have no answer yet. */
  readonly open: number
  /** The most there were at a time. */
  readonly mostOpen: number
  /** How the next calls are answered. A list is used up call by call, its last entry stays. */
  answer: (script: Script | ScriptedAnswer | readonly ScriptedAnswer[]) => void
  /** `webhook-id` of every call, in the order of arrival. */
  ids: () => string[]
  /** Refuses connections until `start`. */
  stop: () => Promise<void>
  start: () => Promise<void>
}

/** Listens on a free loopback port; answers 204 until scripted otherwise. Ends with the test. */
export async function startReceiver (t: { teardown: (work: () => unknown) => unknown }): Promise<Receiver> {
  const ledger: ReceivedCall[] = []
  const sockets = new Set<Socket>()
  let script: Script = () => ({})
  let open = 0
  let mostOpen = 0
  let port = 0
  let server: Server | null = null

  const receive = (call: ReceivedCall, response: ServerResponse): void => {
    ledger.push(call)
    mostOpen = Math.max(mostOpen, ++open)
    response.once('close', () => { open-- })
    respond(script(call, ledger.length), response).catch(() => response.destroy())
  }

  const start = async (): Promise<void> => {
    const created = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url: path = '', headers, rawHeaders } = request
        receive({ receivedAt: new Date(), method, path, headers, rawHeaders, body: Buffer.concat(chunks).toString() }, response)
      })
    })
    created.keepAliveTimeout = 60_000
    created.on('connection', socket => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      created.once('error', reject)
      created.listen(port, '127.0.0.1', resolve)
    })
    port = (created.address() as AddressInfo).port
    server = created
  }

  const stop = async (): Promise<void> => {
    const running = server
    server = null
    if (running === null) return
    const closed = new Promise(resolve => running.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await start()
  t.teardown(stop)
  return {
    get url () { return `http://127.0.0.1:${port}` },
    ledger,
    get open () { return open },
    get mostOpen () { return mostOpen },
    answer (given) { script = toScript(given) },
    ids: () => ledger.map(call => String(call.headers['webhook-id'])),
    stop,
    start
  }
}

function toScript (given: Script | ScriptedAnswer | readonly ScriptedAnswer[]): Script {
  if (typeof given === 'function') return given
  const answers = Array.isArray(given) ? [...given as readonly ScriptedAnswer[]] : [given as ScriptedAnswer]
  return () => (answers.length > 1 ? answers.shift() : answers[0]) ?? {}
}

async function respond (answer: ScriptedAnswer, response: ServerResponse): Promise<void> {
  const { status = 204, headers = {}, body = '', delayMs = 0, until, instead } = answer
  if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, delayMs))
  await until
  if (instead === 'silence') return
  if (instead === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(status, headers)
  if (instead === 'endless') response.write('.')
  else response.end(body)
}
