// One try of a delivery: what goes out and what came back.
import { StringDecoder } from 'node:string_decoder'
import { newId, type HttpOutcome, type Kernel } from '#kernel'
import type { ClaimedRow } from '../store/queue.js'
import { isSuccess } from './schedule.js'

/** Where to send, with what proves who we are. */
export interface Target {
  id: string
  name: string
  url: string
  username: string
  password: string
  /** It gets what is about people also while that is hidden. */
  personalData: boolean
}

export type Sendable = Omit<ClaimedRow, 'schedule' | 'fence' | 'orderKey'>

export interface Attempt {
  id: string
  number: number
  trigger: 'auto' | 'manual' | 'test'
  startedAt: Date
  durationMs: number
  status: number | null
  /** Null on success. */
  errorClass: string | null
  errorMessage: string | null
  remoteAddress: string | null
  tlsVersion: string | null
  timings: Record<string, number>
  retryAfterMs: number | null
  requestHeaders: Record<string, string>
  requestBytes: number
  responseHeaders: Record<string, string>
  responseBody: string
  responseBytes: number
  responseTruncated: boolean
  /** Broken off by us or by our end: not a try. */
  interrupted: boolean
}

const USER_AGENT = 'logistics-wms-webhooks/1'
const KEPT_RESPONSE_BYTES = 16_384
const KEPT_HEADER_CHARACTERS = 1_024
const BLANK = '[redacted]'
/** Shorter passwords occur in ordinary text; their Basic form is blanked all the same. */
const MIN_BLANKED = 4

/** RFC 7617, section 2.1: user-id and password in UTF-8. */
export const basic = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/**
 * Sends one try and waits for its end; whatever the receiver does is a result.
 * @param signal breaks it off: the attempt is then `interrupted`
 */
export async function sendAttempt (
  kernel: Pick<Kernel, 'clock' | 'http'>, target: Target, delivery: Sendable, signal?: AbortSignal
): Promise<Attempt> {
  const startedAt = kernel.clock.now()
  const authorization = basic(target.username, target.password)
  const requestHeaders = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    authorization,
    'webhook-id': delivery.eventId,
    'webhook-timestamp': String(Math.floor(startedAt.getTime() / 1_000)),
    'webhook-previous-sequence': String(delivery.previousSequence)
  }
  const started = performance.now()
  const body = delivery.envelope
  const outcome = body === null
    ? failure('event_expired', 'the event is not stored any more')
    : await kernel.http.post({ url: target.url, headers: requestHeaders, body, ...(signal === undefined ? {} : { signal }) })
      .catch((error: Error) => failure('protocol', error.message))
  const clean = blanker(authorization.slice('Basic '.length), target.password)
  return {
    ...emptyAttempt(delivery, startedAt),
    durationMs: performance.now() - started,
    status: outcome.status,
    ...problemOf(outcome),
    remoteAddress: outcome.remoteAddress,
    tlsVersion: outcome.tlsVersion,
    timings: rounded(outcome.timings),
    retryAfterMs: outcome.retryAfterMs,
    requestHeaders,
    requestBytes: body === null ? 0 : Buffer.byteLength(body),
    responseHeaders: Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, keptHeader(name, clean(value))])),
    ...keptBody(clean(outcome.body), outcome)
  }
}

/** A try of which nothing is known but that it was begun: its process ended. */
export function lostAttempt (delivery: Omit<Sendable, 'envelope'>, startedAt: Date): Attempt {
  return {
    ...emptyAttempt(delivery, startedAt),
    errorClass: 'interrupted',
    errorMessage: 'the process that was sending it has not come back',
    interrupted: true
  }
}

function emptyAttempt (delivery: Pick<Sendable, 'lane' | 'attemptCount'>, startedAt: Date): Attempt {
  const byHand = delivery.lane === 'replay' && delivery.attemptCount === 0
  return {
    id: newId('att'),
    number: delivery.attemptCount + 1,
    trigger: byHand ? 'manual' : 'auto',
    startedAt,
    durationMs: 0,
    status: null,
    errorClass: null,
    errorMessage: null,
    remoteAddress: null,
    tlsVersion: null,
    timings: {},
    retryAfterMs: null,
    requestHeaders: {},
    requestBytes: 0,
    responseHeaders: {},
    responseBody: '',
    responseBytes: 0,
    responseTruncated: false,
    interrupted: false
  }
}

type Outcome = Omit<HttpOutcome, 'errorClass'> & { errorClass: string | null }

function failure (errorClass: string, errorMessage: string): Outcome {
  return {
    status: null,
    headers: {},
    body: '',
    truncated: false,
    errorClass,
    errorMessage,
    remoteAddress: null,
    tlsVersion: null,
    timings: { totalMs: 0 },
    retryAfterMs: null
  }
}

function problemOf (outcome: Outcome): Pick<Attempt, 'errorClass' | 'errorMessage' | 'interrupted'> {
  const { status, errorClass, errorMessage } = outcome
  if (errorClass === 'aborted') return { errorClass: 'interrupted', errorMessage, interrupted: true }
  if (errorClass !== null || isSuccess(outcome)) return { errorClass, errorMessage, interrupted: false }
  const redirect = status !== null && status >= 300 && status <= 399
  return {
    errorClass: redirect ? 'redirect' : 'status', errorMessage: redirect ? `${status}, redirects are not followed` : `answered ${status}`, interrupted: false
  }
}

/** A receiver may echo what it got: our credentials are not stored, wherever they appear. */
function blanker (token: string, password: string): (text: string) => string {
  const secrets = [token, ...password.length < MIN_BLANKED ? [] : [password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password)]]
  return text => text === '' ? text : secrets.reduce((clean, secret) => clean.replaceAll(secret, BLANK), text)
}

/** Cookies of the receiver are its secrets. Cut only after our own are blanked: half of one would not be found. */
function keptHeader (name: string, value: string): string {
  return name === 'set-cookie' ? BLANK : value.slice(0, KEPT_HEADER_CHARACTERS)
}

/** PostgreSQL takes no NUL; the cut is between characters. */
function keptBody (body: string, outcome: Outcome): Pick<Attempt, 'responseBody' | 'responseBytes' | 'responseTruncated'> {
  const bytes = Buffer.from(body.replaceAll('\0', ''))
  const long = bytes.length > KEPT_RESPONSE_BYTES
  return {
    responseBody: new StringDecoder('utf8').write(long ? bytes.subarray(0, KEPT_RESPONSE_BYTES) : bytes),
    responseBytes: Buffer.byteLength(outcome.body),
    responseTruncated: long || outcome.truncated
  }
}

function rounded (timings: HttpOutcome['timings']): Record<string, number> {
  return Object.fromEntries(Object.entries(timings).map(([name, value]) => [name, Math.round(value * 100) / 100]))
}
