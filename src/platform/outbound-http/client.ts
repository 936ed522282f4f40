// The outgoing HTTP client: connections by origin and address, limits of time and size.
import type { Socket } from 'node:net'
import { Agent, Client, Pool, type Dispatcher } from 'undici'
import { dial, type Connection, type DialOptions } from './dial.js'
import { Exchange, type ExchangeLimits } from './exchange.js'
import type { HttpOutcome } from './outcome.js'
import type { TargetPolicy } from './policy.js'
import { boundedResolver, systemResolve, type Resolve } from './resolver.js'
import { parseTargetUrl, type ParsedUrl, type UrlProblem } from './url.js'

/** All in milliseconds. `totalMs` covers everything from `post` to the last byte, waiting for a free connection included. */
interface Timeouts { dnsMs: number, connectMs: number, headersMs: number, totalMs: number }

export interface HttpClientOptions {
  policy: TargetPolicy
  /** Sent with every request that does not bring its own. */
  userAgent: string
  /** The wall clock in milliseconds since 1970, for Retry-After dates. */
  now?: () => number
  /** Default: DNS 2 s, TCP and TLS 5 s, headers 15 s, all 20 s. */
  timeouts?: Partial<Timeouts>
  /** Connections to one origin; further requests wait. Default 200: receivers behind one host, of ten calls each, hold up none of the others. */
  connectionsPerOrigin?: number
  /** How long a connection is kept without work, at most. Default 60 s; a receiver's Keep-Alive hint shortens it. */
  keepAliveMs?: number
  /** A connection this old is closed after its next request, so that a changed DNS entry takes effect. Default 10 minutes. */
  maxConnectionAgeMs?: number
  /** Where to ask for addresses; the operating system by default. */
  resolve?: Resolve
  /** Certificate authorities (PEM) to trust instead of the ones Node brings. */
  ca?: string
}

export interface PostRequest {
  url: string
  /** Sent as they are; `host`, `content-length` and hop-by-hop headers are refused. */
  headers: Record<string, string>
  body: Buffer | string
  /** Replaces the total timeout, in milliseconds; more than 30,000 counts as 30,000. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Counters since the start, except `inFlight` and `connectionsOpen`. Reuse of connections is 1 - connectionsOpened / requests. */
interface HttpClientStats { requests: number, inFlight: number, connectionsOpened: number, connectionsOpen: number }

export interface HttpClient {
  /**
   * Sends one POST and reads the answer. Redirects are not followed, cookies not kept, proxies of the environment not used.
   * Nothing is sent twice: a connection that breaks is an outcome, the caller retries.
   * @returns whatever the receiver, DNS or the URL do, an outcome
   * @throws {TypeError} for headers or a timeout that can't be sent; the message names the header, never its value
   */
  post (request: PostRequest): Promise<HttpOutcome>
  /** Ends all requests as `aborted`, closes all connections; later requests are `aborted` at once. */
  close (): Promise<void>
  stats (): HttpClientStats
}

const MAX_TOTAL_MS = 30_000
const MAX_BODY_BYTES = 64 * 1_024
const MAX_HEADER_BYTES = 64 * 1_024
const MAX_CACHED_URLS = 1_000
const DEFAULT_TIMEOUTS: Timeouts = { dnsMs: 2_000, connectMs: 5_000, headersMs: 15_000, totalMs: 20_000 }

interface Call extends Dispatcher.DispatchOptions { exchange: Exchange }
interface Link { connection: Connection | null }
type Connect = (target: { protocol: string, hostname: string, port: string }) => Promise<Connection>

/** One connection of a pool, that gives each request the socket it goes out on. */
class LinkedClient extends Client {
  readonly #link: Link
  readonly #maxAgeMs: number

  constructor (origin: URL, options: Client.Options, connect: Connect, maxAgeMs: number) {
    const link: Link = { connection: null }
    super(origin, {
      ...options,
      connect (target, callback) {
        connect(target).then(connection => {
          link.connection = connection
          callback(null, connection.socket)
        }, (error: Error) => callback(error, null))
      }
    })
    this.#link = link
    this.#maxAgeMs = maxAgeMs
  }

  override dispatch (call: Call, handler: Dispatcher.DispatchHandler): boolean {
    call.exchange.link = this.#link
    const connection = this.#link.connection
    if (connection !== null && !connection.socket.destroyed && performance.now() - connection.openedAt > this.#maxAgeMs) call.reset = true
    return super.dispatch(call, handler)
  }
}

/**
 * Makes the one client for calls that leave the system. An address is judged where it is connected to, at each connect;
 * a connection in use stays judged, since the policy never changes.
 */
export function createHttpClient (options: HttpClientOptions): HttpClient {
  const now = options.now ?? Date.now
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const sockets = createSockets({
    policy: options.policy,
    resolve: boundedResolver(options.resolve ?? systemResolve, timeouts.dnsMs),
    connectTimeoutMs: timeouts.connectMs,
    ca: options.ca
  })
  const agent = createAgent(options, sockets.connect)
  const parse = cachedParser()
  const open = new Set<Exchange>()
  const groupOf = signalGroups()
  let requests = 0
  let closed = false

  function send (request: PostRequest, target: ParsedUrl, limits: ExchangeLimits): Promise<HttpOutcome> {
    const headers = flatHeaders(request.headers, options.userAgent)
    const group = request.signal === undefined ? open : groupOf(request.signal)
    requests++
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(limits, now, outcome => {
        open.delete(exchange)
        group.delete(exchange)
        resolve(outcome)
      }, error => {
        open.delete(exchange)
        group.delete(exchange)
        reject(error)
      })
      open.add(exchange)
      group.add(exchange)
      const call: Call = { origin: target.origin, path: target.path, method: 'POST', headers, body: request.body, exchange }
      agent.dispatch(call, exchange)
    })
  }

  return {
    async post (request) {
      const totalTimeoutMs = Math.min(request.timeoutMs ?? timeouts.totalMs, MAX_TOTAL_MS)
      if (!(totalTimeoutMs > 0)) throw new TypeError('timeoutMs must be above 0')
      const target = parse(request.url)
      if ('reason' in target) return unsent('refused_address', target.message)
      if (closed || request.signal?.aborted === true) return unsent('aborted', 'aborted before it was sent')
      return await send(request, target, { headersTimeoutMs: timeouts.headersMs, totalTimeoutMs, maxBodyBytes: MAX_BODY_BYTES })
    },
    async close () {
      closed = true
      for (const exchange of open) exchange.cut('aborted', 'the client was closed')
      sockets.destroy()
      await agent.destroy()
    },
    stats: () => ({ requests, inFlight: open.size, connectionsOpened: sockets.opened(), connectionsOpen: sockets.open() })
  }
}

function createAgent (options: HttpClientOptions, connect: Connect): Agent {
  const keepAliveMs = options.keepAliveMs ?? 60_000
  const maxAgeMs = options.maxConnectionAgeMs ?? 600_000
  const clientOptions: Client.Options = {
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The exchange keeps the time.
    headersTimeout: 0,
    bodyTimeout: 0
  }
  return new Agent({
    factory: origin => new Pool(origin, {
      connections: options.connectionsPerOrigin ?? 200,
      factory: own => new LinkedClient(own, clientOptions, connect, maxAgeMs)
    })
  })
}

/** Dials, and knows the sockets that are open. */
function createSockets (options: DialOptions) {
  const alive = new Set<Socket>()
  let opened = 0
  let destroyed = false
  function keep (socket: Socket): void {
    alive.add(socket)
    socket.once('close', () => alive.delete(socket))
    if (destroyed) socket.destroy()
  }
  return {
    async connect (target: { protocol: string, hostname: string, port: string }): Promise<Connection> {
      const connection = await dial(target, options, keep)
      opened++
      return connection
    },
    opened: () => opened,
    open: () => alive.size,
    destroy (): void {
      destroyed = true
      for (const socket of alive) socket.destroy()
    }
  }
}

/** The requests each signal ends. One listener per signal, not per request: one signal may stop thousands. */
function signalGroups (): (signal: AbortSignal) => Set<Exchange> {
  const groups = new WeakMap<AbortSignal, Set<Exchange>>()
  return signal => {
    const known = groups.get(signal)
    if (known !== undefined) return known
    const group = new Set<Exchange>()
    groups.set(signal, group)
    signal.addEventListener('abort', () => {
      for (const exchange of group) exchange.cut('aborted', 'aborted by the caller')
    }, { once: true })
    return group
  }
}

function cachedParser (): (url: string) => ParsedUrl | UrlProblem {
  const cache = new Map<string, ParsedUrl | UrlProblem>()
  return url => {
    let parsed = cache.get(url)
    if (parsed === undefined) {
      parsed = parseTargetUrl(url)
      if (cache.size >= MAX_CACHED_URLS) cache.clear()
      cache.set(url, parsed)
    }
    return parsed
  }
}

function flatHeaders (headers: Record<string, string>, userAgent: string): string[] {
  const flat: string[] = []
  let named = false
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase()
    if (lower === 'host' || lower === 'content-length') throw new TypeError(`invalid ${lower} header`)
    named ||= lower === 'user-agent'
    flat.push(name, headers[name] ?? '')
  }
  if (!named) flat.push('user-agent', userAgent)
  return flat
}

function unsent (errorClass: 'aborted' | 'refused_address', errorMessage: string): HttpOutcome {
  const timings = { totalMs: 0 }
  return { status: null, headers: {}, body: '', truncated: false, errorClass, errorMessage, remoteAddress: null, tlsVersion: null, timings, retryAfterMs: null }
}
