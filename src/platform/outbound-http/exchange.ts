// One request and its response.
import { StringDecoder } from 'node:string_decoder'
import { errors, type Dispatcher } from 'undici'
import { DialError, type Connection } from './dial.js'
import { boundHeaders, oneLine, parseRetryAfter, type ErrorClass, type HttpOutcome, type Timings } from './outcome.js'

/** Milliseconds, for one request. */
export interface ExchangeLimits { headersTimeoutMs: number, totalTimeoutMs: number, maxBodyBytes: number }

type Headers = Record<string, string | string[] | undefined>

const CUT = new errors.RequestAbortedError('the exchange has ended')

/**
 * One request and its answer: receives the events of undici, keeps the limits, and settles once with an {@link HttpOutcome}.
 * After that nothing is sent and nothing read: a request still in the queue is dropped, an open one loses its connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Set by the connection that takes the request, before it starts. */
  link: { connection: Connection | null } | null = null

  readonly #limits: ExchangeLimits
  readonly #now: () => number
  readonly #settle: (outcome: HttpOutcome) => void
  readonly #fail: (error: TypeError) => void
  readonly #startedAt = performance.now()
  #timer: NodeJS.Timeout | null = null
  #connection: Connection | null = null
  #fresh = false
  #sentAt = 0
  #answeredAt = 0
  #status: number | null = null
  #headers: Record<string, string> = {}
  #chunks: Buffer[] = []
  #size = 0
  #truncated = false
  #done = false

  /**
   * @param settle called once, with the outcome
   * @param fail called instead when the caller's own headers can't be sent
   */
  constructor (
    limits: ExchangeLimits,
    now: () => number,
    settle: (outcome: HttpOutcome) => void,
    fail: (error: TypeError) => void
  ) {
    this.#limits = limits
    this.#now = now
    this.#settle = settle
    this.#fail = fail
    this.#timer = setTimeout(onTimer, Math.min(limits.headersTimeoutMs, limits.totalTimeoutMs), this)
  }

  /** Ends the exchange now, with its connection. Does nothing when it has ended. */
  cut (errorClass: ErrorClass | null, message: string | null): void {
    if (this.#done) return
    this.#finish(errorClass, message)
    // Not the controller's abort: undici would open a new connection only to drop the aborted request there.
    this.#connection?.socket.destroy(CUT)
  }

  onRequestStart (): void {
    // It ended while waiting for its connection: a throw drops the request and keeps the connection.
    if (this.#done) throw CUT
    this.#connection = this.link?.connection ?? null
    if (this.#connection !== null) this.#fresh = this.#connection.requests++ === 0
    this.#sentAt = performance.now()
  }

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.#done || status < 200) return
    this.#answeredAt = performance.now()
    this.#status = status
    this.#headers = boundHeaders(headers)
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return
    const room = this.#limits.maxBodyBytes - this.#size
    if (chunk.length <= room) {
      this.#chunks.push(chunk)
      this.#size += chunk.length
      return
    }
    this.#chunks.push(chunk.subarray(0, room))
    this.#truncated = true
    this.cut(null, null)
  }

  onResponseEnd (): void {
    this.#finish(null, null)
  }

  onResponseError (_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#done) return
    if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) {
      this.#stop()
      this.#fail(new TypeError(oneLine(error.message)))
      return
    }
    if (error instanceof DialError) this.#finish(error.errorClass, error.message, error)
    else this.#finish(classOf(error), oneLine(error.message))
  }

  // One timer for both limits, moved on only when it goes off early: a request that is answered in time never touches it.
  checkTime (): void {
    const { headersTimeoutMs, totalTimeoutMs } = this.#limits
    const waitsForHeaders = this.#sentAt !== 0 && this.#status === null
    const endsAt = this.#startedAt + totalTimeoutMs
    const dueAt = waitsForHeaders ? Math.min(this.#sentAt + headersTimeoutMs, endsAt) : endsAt
    const left = dueAt - performance.now()
    if (left >= 1) this.#timer = setTimeout(onTimer, left, this)
    else if (dueAt < endsAt) this.cut('timeout', `no answer within ${headersTimeoutMs} ms`)
    else this.cut('timeout', `not finished within ${totalTimeoutMs} ms`)
  }

  #stop (): void {
    this.#done = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #finish (errorClass: ErrorClass | null, errorMessage: string | null, dialed?: DialError): void {
    if (this.#done) return
    this.#stop()
    this.#settle({
      status: this.#status,
      headers: this.#headers,
      body: this.#text(errorClass),
      truncated: this.#truncated,
      errorClass,
      errorMessage,
      remoteAddress: dialed?.remoteAddress ?? this.#connection?.remoteAddress ?? null,
      tlsVersion: this.#connection?.tlsVersion ?? null,
      timings: this.#timings(dialed),
      retryAfterMs: parseRetryAfter(this.#headers['retry-after'], this.#now())
    })
    this.#chunks = []
  }

  #text (errorClass: ErrorClass | null): string {
    const [first] = this.#chunks
    if (first === undefined) return ''
    const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    // The decoder holds back a character whose last bytes are missing.
    return this.#truncated || errorClass !== null ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8')
  }

  #timings (dialed: DialError | undefined): Timings {
    const timings: Timings = { totalMs: performance.now() - this.#startedAt }
    if (dialed?.dnsMs !== undefined) timings.dnsMs = dialed.dnsMs
    if (this.#fresh && this.#connection !== null) {
      timings.dnsMs = this.#connection.dnsMs
      timings.connectMs = this.#connection.connectMs
    }
    if (this.#answeredAt !== 0) timings.ttfbMs = this.#answeredAt - this.#sentAt
    return timings
  }
}

function onTimer (exchange: Exchange): void {
  exchange.checkTime()
}

function classOf (error: Error): ErrorClass {
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) return 'aborted'
  if (error instanceof errors.SocketError) return error.message.startsWith('bad ') ? 'protocol' : 'reset'
  const code = 'code' in error ? String(error.code) : ''
  if (error.name === 'HTTPParserError' || code.startsWith('UND_ERR_')) return 'protocol'
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') return 'tls'
  return 'reset'
}
