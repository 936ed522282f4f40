// The outgoing HTTP client as plugins see it.

export interface HttpOutcome {
  /** null when no complete answer head came. */
  status: number | null
  headers: Record<string, string>
  /** At most 64 KiB, cut at a character. */
  body: string
  truncated: boolean
  errorClass: null | 'dns' | 'connect' | 'tls' | 'timeout' | 'refused_address' | 'protocol' | 'aborted' | 'reset'
  errorMessage: string | null
  remoteAddress: string | null
  timings: { dnsMs?: number, connectMs?: number, ttfbMs?: number, totalMs: number }
  /** From `Retry-After`, seconds or date. */
  retryAfterMs: number | null
}

/** The guarded client for targets that operators configure: no redirects, public addresses only but for the allow list. */
export interface OutboundHttp {
  post: (request: { url: string, headers: Record<string, string>, body: string | Buffer, timeoutMs?: number, signal?: AbortSignal }) => Promise<HttpOutcome>
  /** Whether a URL may be called, judged when it is saved; `post` judges the address again when it connects. */
  checkTarget: (url: string) => Promise<{ ok: true } | { ok: false, reason: string, message: string }>
}
