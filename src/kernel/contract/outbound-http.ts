// The outgoing HTTP client as plugins see it.

/** Where an exchange failed; null when a whole answer (or the part of it that is kept) was read, whatever its status. */
export type ErrorClass = 'dns' | 'connect' | 'tls' | 'timeout' | 'refused_address' | 'protocol' | 'aborted' | 'reset'

/** How long each step took, in milliseconds. DNS and connect only for the request that opened its connection. */
export interface Timings {
  dnsMs?: number
  /** TCP and TLS together. */
  connectMs?: number
  /** From the request written to the headers of the answer. */
  ttfbMs?: number
  totalMs: number
}

/**
 * What became of one request. A delivery succeeded when `errorClass` is null and `status` is 200–299. A failure after the
 * headers (a body that stalls or breaks off) has both a status and an error class.
 */
export interface HttpOutcome {
  status: number | null
  /** Lower-case names, repeated ones joined with `, `; at most 64 headers of 16,384 characters. */
  headers: Record<string, string>
  /** At most the first 64 KiB of the answer, as UTF-8; cut between characters. Not decompressed (none is asked for). */
  body: string
  /** The answer was longer than what is kept; its connection was closed. */
  truncated: boolean
  errorClass: ErrorClass | null
  /** One line without URL path, header values or body. */
  errorMessage: string | null
  /** The address that was connected to, or that was refused. */
  remoteAddress: string | null
  /** Of the connection, e.g. `TLSv1.3`; null without one, and for plain http. */
  tlsVersion: string | null
  timings: Timings
  /** What Retry-After asks for, at any status; 0 for a date that has passed. The caller bounds it. */
  retryAfterMs: number | null
}

/** The guarded client for targets that operators configure: no redirects, public addresses only except for the allow list. */
export interface OutboundHttp {
  post: (request: { url: string, headers: Record<string, string>, body: string | Buffer, timeoutMs?: number, signal?: AbortSignal }) => Promise<HttpOutcome>
  /** Whether a URL may be called, judged when it is saved; `post` judges the address again when it connects. */
  checkTarget: (url: string) => Promise<{ ok: true } | { ok: false, reason: string, message: string }>
}
