// All that a plugin may import from the core (`#kernel`).
export { Type, type Static, type TSchema, type TObject } from '@sinclair/typebox'
export { definePlugin, type Plugin, type PluginManifest, type OperationManifest, type EventManifest, type Access, type Role } from './manifest.js'
export {
  ref, oneOf, nullable, strictObject, Instant, pageOf, listParameters, severalOf, IdParams, type App, type TypeBoxProvider
} from './schema.js'
export { AppError, brokenRule, badQuery, instantOf, problemBody, PROBLEM_TYPE, type ErrorDetail } from './errors.js'
export { newId } from './ids.js'
export { createThrottle, networkOf, type Throttle } from './throttle.js'
export { etag, checkIfMatch, type HttpOutcome, type OutboundHttp } from './http.js'
export { operatorPrefix } from './kernel.js'
export type { Database, DatabaseConnection, OrmTx, Queryable, Rows, RowWriter, Statement, Tx } from './database.js'
export type { Call, CallRecord, Outbound, Principal } from './call.js'
export type { AccessProvider, CallRecorder, LimitProvider } from './ports.js'
export type { Kernel, Metrics, RetentionOptions, Secrets, SharedCall, SharedWork, WorkerOptions, WriteResult } from './kernel.js'
export { envelopeOf, EVENT_COLUMNS, type EventDraft, type SequencedEvent } from './events.js'
export type { Catalogue, EventType, Operation } from './registry.js'
export type { OperationState, PluginState, SwitchSnapshot, Switchboard } from './switchboard.js'
