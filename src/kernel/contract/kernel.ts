// The narrow handle that a plugin receives: everything it may ask of the kernel.
import type { TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Background } from './background.js'
import type { Catalogue } from './catalogue.js'
import type { Database, OrmTx, Tx } from './database.js'
import type { Events } from './events.js'
import type { Page, PageRequest } from './lists.js'
import type { OutboundHttp } from './outbound-http.js'
import type { PersonalData } from './personal-data.js'
import type { Ports } from './ports.js'
import type { Switchboard } from './switches.js'
import type { WriteResult, Work } from './writes.js'

/** Now; tests move it. Use it for schedules and expiry, not for durations. */
export interface Clock { now: () => Date }

/** Prefix of all operator routes. */
export const operatorPrefix = '/api/admin/v1'

export interface Secrets {
  /** 32 bytes derived from the installation's key by HKDF-SHA-256; the same for the same purpose in every process. */
  derive: (purpose: string) => Buffer
  /** AES-256-GCM; `context` (e.g. the row's id) is authenticated, so a value can't be moved to another row. */
  encrypt: (purpose: string, plaintext: string, context: string) => string
  /** Throws when the value was changed, moved or encrypted with another key. */
  decrypt: (purpose: string, ciphertext: string, context: string) => string
}

export interface Kernel {
  /** The plugin that this handle belongs to. */
  readonly plugin: {
    readonly id: string
    /** Of its URLs. */
    readonly prefix: string
    /** True while it and all that it requires are switched on. Workers ask before each round. */
    isOn: () => boolean
    /** Its own configuration. */
    config: <T>() => T
  }
  readonly db: Database
  readonly catalogue: Catalogue
  readonly switches: Switchboard
  readonly secrets: Secrets
  readonly http: OutboundHttp
  readonly clock: Clock & {
    /** The database's, as of the last heartbeat: for timestamps of rows that are written without waiting for its answer. */
    databaseNow: () => Date
  }
  /** Issuer and base of absolute links, without a trailing slash. */
  readonly publicUrl: string
  readonly log: { info: LogLine, warn: LogLine, error: LogLine, debug: LogLine, announce: (line: string) => void }
  /** Current settings of an operation, defaults filled in; a change takes effect on the next call. */
  settings: <T>(operation: string) => T
  /**
   * The one way to change data for a caller: one transaction { idempotency, `work`, serialised answer, audit row, events,
   * commit }, then the reply with those bytes. What `work` throws rolls everything back.
   */
  write: (request: FastifyRequest, reply: FastifyReply, work: Work) => Promise<FastifyReply>
  /** The same over Prisma, for writes that are not hot. */
  writeOrm: (request: FastifyRequest, reply: FastifyReply, work: (tx: OrmTx) => Promise<WriteResult>) => Promise<FastifyReply>
  /**
   * One page of a list. Its `asOf` is asked before the first page is read, and travels in the cursor.
   * @throws AppError 400 `cursor.invalid`
   */
  page: <Row, View>(request: PageRequest<Row, View>) => Promise<Page<View>>
  /** What is wrong with a value for a schema without references; null when it fits. Never coerces. */
  check: (schema: TSchema, value: unknown) => { pointer: string, message: string } | null
  readonly events: Events
  readonly state: {
    /** Loads now and again whenever `topic` was bumped by any process. */
    watch: (topic: string, reload: () => Promise<void>) => Promise<void>
    /** Marks a topic as changed; this process reloads after the commit and before its answer, others within a second. */
    bump: (tx: Tx, topic: string) => Promise<void>
    /** True when all watched topics were known to be current less than a second ago. Else read the row. */
    isFresh: () => boolean
  }
  readonly signals: {
    on: (name: string, listener: () => void) => void
    /** Wakes listeners here at once and, debounced, in the other processes. Call it after a commit. */
    send: (name: string) => void
  }
  readonly background: Background
  /** What of calls and events may leave at present. */
  readonly personalData: PersonalData
  readonly services: {
    /** Publishes the plugin's own. */
    provide: (service: object) => void
    /** That of a plugin that is in `requires`. */
    use: <T extends object>(pluginId: string) => T
  }
  readonly ports: Ports
  readonly openapi: {
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

/** `announce` prints to the operator's terminal, whatever the log level: only for what must be seen once. */
type LogLine = (details: object | string, message?: string) => void
