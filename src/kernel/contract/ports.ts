// Points where the kernel needs a plugin: at most one fills each at boot.
import type { FastifyRequest } from 'fastify'
import type { CallRecord, Principal } from './call.js'
import type { Tx } from './database.js'

/** Recognises callers. Throws AppError 401 with a `WWW-Authenticate` header when it can't. */
export interface AccessProvider {
  authenticate: (request: FastifyRequest) => Principal | Promise<Principal>
  /** Whether a caller that was recognised before would still be: what a long answer asks now and then. Does not count as a use. */
  isLive?: (principal: Principal) => Promise<boolean>
  /** OpenAPI security schemes, by name; any of them opens the operation. */
  securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Stores call records. What it can't store must throw: without a row there is no answer. */
export interface CallRecorder {
  /** Inside the transaction of the change, with `tx.append`: commits or vanishes with it. */
  inTransaction: (tx: Tx, calls: readonly CallRecord[]) => void
  /** Its own single insert, resolved when it is durable. The kernel never runs two at a time. */
  batch: (calls: readonly CallRecord[]) => Promise<void>
}

/** Decides whether a recognised caller may go on now; throws AppError 429. */
export interface LimitProvider {
  check: (request: FastifyRequest, principal: Principal | null, operation: string) => void | Promise<void>
  /** Whether it may ever refuse calls of an operation. */
  covers: (operation: { id: string, access: string }) => boolean
}

export interface Ports {
  access: {
    provide: (access: 'client' | 'operator', provider: AccessProvider) => void
    /** Whether the caller of a request might still make it: its operation is on, and its session or token and its role are what they were. */
    isLive: (request: FastifyRequest) => Promise<boolean>
  }
  calls: {
    provide: (recorder: CallRecorder) => void
    /** Records outgoing calls in a transaction of the caller's; does nothing without a recorder. */
    record: (tx: Tx, calls: readonly CallRecord[]) => void
  }
  limits: { provide: (limits: LimitProvider) => void }
}
