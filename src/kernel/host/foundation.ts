// What the host stands on: src/foundation.ts builds it from src/http and src/platform.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RetentionOptions, WorkerOptions, PartitionedTable } from '../contract/background.js'
import type { Call } from '../contract/call.js'
import type { Catalogue } from '../contract/catalogue.js'
import type { Tx } from '../contract/database.js'
import type { ErrorManifest } from '../contract/manifest.js'
import type { Kernel } from '../contract/kernel.js'
import type { PersonalData } from '../contract/personal-data.js'
import type { AccessProvider, CallRecorder } from '../contract/ports.js'
import type { Switchboard } from '../contract/switches.js'

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

/** A transaction, with what only the core sees of it. */
export interface LiveTx extends Tx {
  /** Events emitted so far, in the form of the outbox: what a dry run shows. */
  readonly drafts: string[]
}

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
  /** The database's clock, as of the last heartbeat. */
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

interface PersonalDataPort extends PersonalData { attach: (catalogue: Catalogue, switches: Switchboard) => void }

/** `message`: as callers read it, with `…` for what is filled in. `plugin` null: of the service itself. */
export interface ErrorCode extends ErrorManifest { plugin: string | null }

export interface OpenApi {
  document: (audience: 'external' | 'operator') => Record<string, unknown>
  /** All codes that errors can have. */
  errorCodes: () => readonly ErrorCode[]
}

/** All of it. */
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
  handle: Pick<Kernel, 'write' | 'writeOrm' | 'page' | 'check'>
  /** Watches the routes as they register: called before any exists. */
  openapi: (
    options: {
      catalogue: Catalogue, switches: Switchboard, access: ReadonlyMap<string, AccessProvider & { pluginId: string }>, isLimited: (operation: string) => boolean
    }
  ) => Promise<OpenApi>
  /** Started after the plugins, in this order; stopped after the workers, in reverse. */
  lifecycles: readonly Lifecycle[]
}
