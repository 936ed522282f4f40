// Points where the kernel needs something: from a plugin, at most one of which fills it at boot, or from what it stands on.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database, Tx } from './database.js'
import type { Call, CallRecord, Principal } from './call.js'
import type { PersonalData } from './personal-data.js'
import type { Catalogue } from './registry.js'
import type { Switchboard } from './switchboard.js'
import type { Kernel, RetentionOptions, WorkerOptions } from './kernel.js'

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

/** The call of one request, with what only the core writes. */
export interface LiveCall extends Call {
  readonly startedAtMs: number
  timer?: NodeJS.Timeout
  /** True once its row is written or is part of a running transaction's commit. */
  recorded: boolean
  /** The caller left before there was a decision. */
  aborted: boolean
  requestBody: unknown
  requestBytes: number
  requestSha256: string | null
  errorCode: string | null
}

export interface Answer { status: number, headers: Record<string, string>, body: string }

/** Turns calls into records and stores them before their answers leave: no row, no answer. */
export interface Recording {
  provide: (recorder: CallRecorder) => void
  /** Writes rows into the transaction of a change; does nothing without a recorder. */
  inTransaction: CallRecorder['inTransaction']
  /** The same for the call of a request and its decided answer. */
  answered: (tx: Tx, request: FastifyRequest, reply: FastifyReply, answer: Answer) => void
  /** Why rows can't be written at present; null while they can. */
  readonly failure: string | null
}

/** Wakes listeners here at once and in other processes soon. */
export interface Signals {
  on: (name: string, listener: () => void) => void
  /** Call it after a commit. */
  send: (name: string) => void
  /** Runs every listener, as after a lost connection: anything may have been missed. */
  wakeAll: () => void
}

/** State that processes keep in memory, and how they learn that it changed. */
export interface StateTracker {
  watch: (topic: string, reload: () => Promise<void>) => Promise<void>
  bump: (tx: Tx, topic: string) => Promise<void>
  isFresh: () => boolean
  /** The database's clock, as far as the last heartbeat tells. */
  now: () => Date
}

/** Something that begins and ends with the service. */
export interface Lifecycle { start: () => Promise<void> | void, stop: () => Promise<void> | void }

/** Background work of this process; without the role of a worker it never starts. */
export interface Workers extends Lifecycle { add: (worker: WorkerOptions) => void, wakeAll: () => void }

/** Jobs that remove old data. */
export interface Retention { add: (job: RetentionOptions) => void }

/** Append-only tables in daily partitions. */
export interface Partitions { add: (table: PartitionedTable) => void, prepare: () => Promise<void> }
export interface PartitionedTable { table: string, keepDays: number, mayDrop?: (db: Database, before: Date) => Promise<boolean> }

export interface PersonalDataPort extends PersonalData { attach: (catalogue: Catalogue, switches: Switchboard) => void }

/** `message`: as callers read it, with `…` for what is filled in. `plugin` null: of the service itself. */
export interface ErrorCode { code: string, status: number, message: string, plugin: string | null }

export interface OpenApi {
  document: (audience: 'external' | 'operator') => Record<string, unknown>
  /** All codes that errors can have. */
  errorCodes: () => readonly ErrorCode[]
}

/** What the kernel stands on: src/foundation.ts builds it from src/http and src/platform. */
export interface Foundation {
  app: FastifyInstance
  recording: Recording
  signals: Signals
  state: StateTracker
  workers: Workers
  retention: Retention
  partitions: Partitions
  personalData: PersonalDataPort
  /** Makes JSON of what a schema describes, faster than `JSON.stringify`. @param named those that it may refer to, by `$id` */
  jsonOf: (schema: object, named: Readonly<Record<string, object>>) => (data: object) => string
  /** Goes into the handles as it is. */
  handle: Pick<Kernel, 'write' | 'writeOrm' | 'sharedWrite' | 'cursors' | 'asOf' | 'check'>
  /** Watches the routes as they register: called before any exists. */
  openapi: (options: { catalogue: Catalogue, switches: Switchboard, access: ReadonlyMap<string, AccessProvider>, isLimited: (operation: string) => boolean }) => Promise<OpenApi>
  /** Started after the plugins, in this order; stopped after the workers, in reverse. */
  lifecycles: readonly Lifecycle[]
}
