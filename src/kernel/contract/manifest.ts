// What a plugin declares about itself: pure data, readable without running the plugin.
import type { TObject, TSchema } from '@sinclair/typebox'
import type { Database } from './database.js'

/**
 * Who may call an operation: a session of an operator, a token of an API client, or anybody.
 * What changes data for a client goes through `kernel.write`, which also answers `?dryRun=true`.
 */
export type Access = 'operator' | 'client' | 'public'

/** Operator roles, weakest first. A viewer reads, an operator changes, an admin also manages operators. */
export type Role = 'viewer' | 'operator' | 'admin'

export interface OperationManifest {
  /** One short line, the summary in the Swagger and in General Settings. */
  title: string
  description?: string
  access: Access
  /** Weakest role that may call it. Required when `access` is `operator`, meaningless otherwise. */
  role?: Role
  /** On in a fresh installation. Default true. */
  on?: boolean
  /** True: can't be switched off. Default false. */
  locked?: boolean
  /** True: changes nothing, whatever its method, and has no dry run. Default: GET. */
  readOnly?: boolean
  /** JSON Schema of the settings an operator may change; every property needs a `default`. */
  settings?: TObject
  /** Settings are those of another operation, e.g. an upsert obeys those of create. */
  settingsOf?: string
  /** True: may be answered 429 by the operation itself; shown in the Swagger. */
  limited?: boolean
  /** Ids of the events that the operation may emit; shown in the Swagger. */
  emits?: readonly string[]
}

export interface EventManifest {
  title: string
  description?: string
  /** Schema of `data` in the envelope; needs an `$id` that is among the plugin's `schemas`. */
  data: TSchema
  /** A fact happened once and is never merged; a state replaces the state before it. */
  kind: 'fact' | 'state'
}

export interface CommandManifest {
  title: string
  /**
   * Runs while the service does or does not. `config` is the plugin's own.
   * @returns lines for the terminal
   * @throws Error whose message is a line for the terminal
   */
  run: (context: { db: Database, config: unknown, args: readonly string[] }) => Promise<readonly string[]>
}

export interface PluginManifest {
  /** kebab-case, the name of its folder. */
  id: string
  title: string
  /** One or two sentences for an operator. */
  summary: string
  category: string
  requires: readonly string[]
  /** True: can't be switched off. Default false. */
  locked?: boolean
  /** On in a fresh installation. Default true. */
  on?: boolean
  /** Prepended to every URL of the plugin. Default: none. */
  prefix?: string
  operations: Readonly<Record<string, OperationManifest>>
  events?: Readonly<Record<string, EventManifest>>
  /** Fields about people in its bodies and events, at any depth, and the boolean setting of one of its operations that hides them while it is false. */
  personalData?: { operation: string, setting: string, fields: readonly string[] }
  /** Schemas with a globally unique `$id`, the components of the Swagger. */
  schemas?: readonly TSchema[]
  /** Programs beside the service, by name: `operator:reset` runs as `npm run command -- operator:reset`. */
  commands?: Readonly<Record<string, CommandManifest>>
  /** Its tab or page in the operator console. */
  console?: { label: string, order: number }
}
