// The narrow handle that a plugin receives: everything it may ask of the kernel.
import type { TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database, OrmTx, Tx } from './database.js'
import type { PersonalData } from './personal-data.js'
import type { Ports } from './ports.js'
import type { Catalogue } from './registry.js'
import type { Switchboard } from './switchboard.js'
import type { SequencedEvent, EventDraft } from './events.js'
import type { OutboundHttp } from './http.js'

/** Prefix of all operator routes. */
export const operatorPrefix = '/api/admin/v1'

/** What the work of a write answers. */
export interface WriteResult {
  /** Default 200. */
  status?: number
  /** Serialised by the route's response schema for that status; omit for 204. */
  body?: unknown
  headers?: Record<string, string>
}

/** One of the calls that share a transaction. `tx` has its own `call` and events; its statements are those of all. */
export interface SharedCall<Input> { request: FastifyRequest, tx: Tx, input: Input }

/** What a call of a shared transaction comes to: its answer; its refusal, and then nothing was written for it; or it has to be made after the others. */
export type SharedOutcome = WriteResult | Error | 'alone'

export interface SharedWork<Input> {
  /** Calls with the same key may share a transaction; null: this one is made alone. */
  keyOf: (request: FastifyRequest, input: Input) => string | null
  /** What it changes that others change too: calls that have one in common are not put into two transactions at a time, where one would wait for the other's locks. */
  topicsOf: (input: Input) => readonly string[]
  /** Does for all what each would do alone, in fewer statements; also for a single one. What it throws undoes all, and each is made alone. */
  run: (calls: ReadonlyArray<SharedCall<Input>>) => Promise<SharedOutcome[]>
}

export interface Secrets {
  /** 32 bytes derived from the installation's key by HKDF-SHA-256; the same for the same purpose in every process. */
  derive: (purpose: string) => Buffer
  /** AES-256-GCM; `context` (e.g. the row's id) is authenticated, so a value can't be moved to another row. */
  encrypt: (purpose: string, plaintext: string, context: string) => string
  /** Throws when the value was changed, moved or encrypted with another key. */
  decrypt: (purpose: string, ciphertext: string, context: string) => string
}

export interface WorkerOptions {
  /** Unique name, in logs and metrics. */
  name: string
  /** Runs at least this often. */
  everyMs: number
  /** Its first round waits for so long, or for a signal. Default 0. */
  firstAfterMs?: number
  /** After a signal it lets so much time pass, so that what comes close together is one round. Default 0. */
  gatherMs?: number
  /** Signals that make it run at once. */
  wakeOn?: readonly string[]
  /** One round. True: run again at once. An error is logged and the next round waits for `everyMs`. */
  run: (signal: AbortSignal) => Promise<boolean>
  /** Called once on close, after the last round ended. */
  close?: () => Promise<void>
}

export interface RetentionOptions extends Pick<WorkerOptions, 'name' | 'everyMs' | 'firstAfterMs' | 'wakeOn'> {
  /**
   * Removes what is older than it has to be kept, by SQL that compares with the database's `now()`. Says how many rows (or partitions) went,
   * by table, and whether there may be more.
   */
  remove: () => Promise<{ removed: Readonly<Record<string, number>>, more?: boolean }>
}

export interface Kernel extends Ports {
  readonly pluginId: string
  readonly db: Database
  readonly catalogue: Catalogue
  readonly switches: Switchboard
  readonly secrets: Secrets
  readonly http: OutboundHttp
  /** Now; tests move it. Use it for schedules and expiry, not for durations. */
  readonly clock: { now: () => Date }
  /** The database's clock as of the last heartbeat: for instants of rows that are written without waiting for its answer. */
  databaseNow: () => Date
  /** Issuer and base of absolute links, without a trailing slash. */
  readonly publicUrl: string
  readonly log: { info: LogLine, warn: LogLine, error: LogLine, debug: LogLine }
  /** Prints a line to the operator's terminal, whatever the log level. Only for what must be seen once. */
  announce: (line: string) => void
  /** The plugin's own slice of the process configuration. */
  config: <T>() => T
  /** Current settings of an operation, defaults filled in; a change takes effect on the next call. */
  settings: <T>(operation: string) => T
  /** True while the plugin and all that it requires are switched on. Workers ask before each round. */
  isOn: () => boolean
  /**
   * The one way to change data for a caller: one transaction { idempotency, `work`, serialised answer, audit row, events,
   * commit }, then the reply with those bytes. What `work` throws rolls everything back.
   */
  write: (request: FastifyRequest, reply: FastifyReply, work: (tx: Tx) => Promise<WriteResult>) => Promise<FastifyReply>
  /** The same over Prisma, for writes that are not hot. */
  writeOrm: (request: FastifyRequest, reply: FastifyReply, work: (tx: OrmTx) => Promise<WriteResult>) => Promise<FastifyReply>
  /** The same for calls that are often made at once: while some run, those that come next gather, and share a transaction. */
  sharedWrite: <Input>(work: SharedWork<Input>) => (request: FastifyRequest, reply: FastifyReply, input: Input) => Promise<FastifyReply>
  events: {
    /** Writes an event into the change's transaction; it is numbered after the commit. Returns the event's id. */
    emit: (tx: Tx, type: string, event: EventDraft) => string
    /** Runs in the sequencer's transaction, for every batch of newly numbered events, in order. At most once per plugin. */
    onSequenced: (subscriber: (tx: Tx, events: readonly SequencedEvent[]) => Promise<void>) => void
    /** Asked before events older than `before` are dropped; false keeps them for another day. */
    retain: (mayDrop: (before: Date) => Promise<boolean>) => void
    /** How callers name objects that events are about, besides by their ids: the ids of those with this alias; null when it is no alias of the plugin's. */
    aliases: (resolve: (alias: string) => Promise<string[] | null>) => void
    /** Ids of all that an alias of any plugin names, of whichever owner; null: it is no alias. */
    subjectsNamed: (alias: string) => Promise<string[] | null>
  }
  state: {
    /** Loads now and again whenever `topic` was bumped by any process. */
    watch: (topic: string, reload: () => Promise<void>) => Promise<void>
    /** Marks a topic as changed; this process reloads after the commit and before its answer, others within a second. */
    bump: (tx: Tx, topic: string) => Promise<void>
    /** True when all watched topics were known to be current less than a second ago. Else read the row. */
    isFresh: () => boolean
  }
  signals: {
    on: (name: string, listener: () => void) => void
    /** Wakes listeners here at once and, debounced, in the other processes. Call it after a commit. */
    send: (name: string) => void
  }
  /** Starts with the service in processes of role `worker`, stops before it closes. */
  worker: (options: WorkerOptions) => void
  /** Removes old data, in processes of role `worker` and only while the machine's clock agrees with the database's; each run is logged. */
  retention: (job: RetentionOptions) => void
  /** Daily partitions of an append-only table partitioned by range of `occurredAt`; old ones are dropped after `keepDays`. */
  partitions: (options: { table: string, keepDays: number, mayDrop?: (db: Database, before: Date) => Promise<boolean> }) => void
  /** What of calls and events may leave at present. */
  readonly personalData: PersonalData
  /** Opaque, tamper-proof cursors of lists. `scope` names the list and its filters: a cursor of another scope is refused. */
  cursors: {
    write: (scope: string, position: ReadonlyArray<string | number>) => string
    /** @throws AppError 400 `cursor.invalid` */
    read: (scope: string, cursor: string) => Array<string | number>
  }
  /** What is wrong with a value for a schema without references; null when it fits. Never coerces. */
  check: (schema: TSchema, value: unknown) => { pointer: string, message: string } | null
  /** The newest instant before which nothing can still appear in a list. Ask before reading the list. */
  asOf: () => Promise<Date>
  /** Publishes the plugin's service. */
  provide: (service: object) => void
  /** The service of a plugin that is in `requires`. */
  use: <T extends object>(pluginId: string) => T
  openapi: {
    /** The OpenAPI document of what is switched on now: a copy that the caller may change. */
    document: (audience: 'external' | 'operator') => Record<string, unknown>
    /** All codes that errors can have, with what they say. */
    errorCodes: () => ReadonlyArray<{ code: string, status: number, message: string, plugin: string | null }>
  }
  /** Prometheus metrics of the plugin. */
  readonly metrics: Metrics
}

export interface Metrics {
  counter: (name: string, help: string, labels?: readonly string[]) => { inc: (labels?: Record<string, string>, by?: number) => void }
  gauge: (name: string, help: string, read: () => Promise<number> | number) => void
  histogram: (name: string, help: string, buckets: readonly number[]) => { observe: (value: number) => void }
}

type LogLine = (details: object | string, message?: string) => void
