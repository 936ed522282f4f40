// One call as the audit sees it, in either direction.

/** Who calls, as the access port recognised it. */
export interface Principal {
  type: 'client' | 'operator'
  id: string
  /** A snapshot for the audit: the name may change later. */
  name: string
  /** The owner whose data a client sees; null for operators, who see all. */
  ownerId: string | null
  /** The only warehouses whose data a client sees; null: all. */
  warehouseIds: readonly string[] | null
  /** Operation ids that a client may call. Not used for operators, whose `role` decides. */
  grants: ReadonlySet<string> | null
  role: 'viewer' | 'operator' | 'admin' | null
  /** Id of the secret that minted the token, or of the session. */
  sessionId: string | null
  /** Last four characters of that secret, when known. */
  secretLast4: string | null
}

/** What an outgoing attempt adds to a call record. */
export interface Outbound {
  webhookId: string
  webhookName: string
  eventId: string
  eventType: string
  /** Null for a test by hand. */
  deliveryId: string | null
  attempt: number
  maxAttempts: number
  trigger: string
  nextAttemptAt: Date | null
  remoteAddress: string | null
  tlsVersion: string | null
  timings: Record<string, number>
  errorClass: string | null
}

/** Everything known about one call when it is decided. Bodies and headers are raw: the recorder redacts before storage. */
export interface CallRecord {
  /** `req_…`; for an attempt the attempt's id. */
  requestId: string
  /** Joins a call, its events and their attempts: the caller's `X-Correlation-ID`, else the first request id. */
  correlationId: string
  /** `in`: from an API client or an unauthenticated caller; `operator`: from an operator; `out`: an attempt of ours. */
  direction: 'in' | 'operator' | 'out'
  startedAt: Date
  durationMs: number
  method: string
  /** The route's template, `/products/:id`; null when no route was found. */
  route: string | null
  /** The URL as called, with its query. */
  url: string
  operation: string | null
  status: number | null
  errorCode: string | null
  principal: Principal | null
  /** A name that the caller gave without proof, e.g. the client id or e-mail of a failed sign-in. */
  claimedId: string | null
  ip: string | null
  requestHeaders: Readonly<Record<string, string | string[] | undefined>>
  responseHeaders: Readonly<Record<string, unknown>>
  /** Parsed body or raw text; undefined when there was none or it was never read. */
  requestBody: unknown
  requestBytes: number
  requestSha256: string | null
  /** The answer's bytes as text; null when there was none or it is not kept. */
  responseBody: string | null
  responseBytes: number
  responseSha256: string | null
  /** What was touched: `[{ type: 'product', id: 'prd_…' }]`. */
  entities: ReadonlyArray<{ type: string, id: string }>
  /** Before and after of an operator's change. */
  changes: { before: unknown, after: unknown } | null
  outbound: Outbound | null
}

/** The live call, on `request.call` and `tx.call`: handlers add what the record should know. */
export interface Call {
  readonly requestId: string
  /** `operator` when it came in under the prefix of operator routes, regardless of the caller. */
  readonly direction: 'in' | 'operator'
  correlationId: string
  readonly startedAt: Date
  principal: Principal | null
  /** Operation id of the route, null for an unknown URL. */
  operation: string | null
  claimedId: string | null
  readonly entities: Array<{ type: string, id: string }>
  changes: { before: unknown, after: unknown } | null
}
