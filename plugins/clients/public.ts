// What the token plugin may ask about clients.

/** A client as calls are checked against it. */
export interface LiveClient {
  id: string
  clientId: string
  name: string
  ownerId: string
  /** Null: all. */
  warehouseIds: readonly string[] | null
  enabled: boolean
  tokenVersion: number
  /** Operation ids that are granted now. */
  scopes: ReadonlySet<string>
  /** Live secrets by id. */
  secrets: ReadonlyMap<string, { last4: string, expiresAt: Date | null }>
}

type Verification =
  | { ok: true, client: LiveClient, secretId: string, secretLast4: string }
  /** `disabled` only for a caller who proved to hold the secret. */
  | { ok: false, reason: 'invalid' | 'disabled', client: LiveClient | null }

export interface ClientsService {
  /** Reads the client's row and compares the secret; unknown ids cost the same as wrong secrets. */
  verify: (clientId: string, secret: string) => Promise<Verification>
  /** The client now: from memory while that is known to be current, else its row. Null when it is unknown or deleted. */
  live: (id: string) => Promise<LiveClient | null>
  /** Whether the secret still opens tokens. */
  isSecretLive: (client: LiveClient, secretId: string) => boolean
  /** Remembers a use; written every few seconds. */
  noteUse: (id: string, secretId: string, ip: string) => void
  /** Group names such as `products:read` as operation ids; others stay as they are. */
  expandScopes: (scopes: readonly string[]) => string[]
}
