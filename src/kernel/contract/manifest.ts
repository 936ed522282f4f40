// What a plugin declares about itself: pure data, readable without running the plugin.
import type { TObject, TSchema } from '@sinclair/typebox'
import type { Database } from './database.js'

/** What plugins are built for. It grows when what they are given, or have to declare, changes so that those built before would not work. */
export const CONTRACT = 1

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
  /** Codes of the errors that it may answer, besides those that any call may get; shown in the Swagger. Default: all of the plugin's. */
  errors?: readonly string[]
  /** Its bodies are credentials by nature: only these fields of them get into the audit. */
  recordedFields?: readonly string[]
}

export interface ErrorManifest {
  /** Stable and dotted, e.g. `order.not_found`. */
  code: string
  /** 400 to 599. */
  status: number
  /** What it says, with `…` for what is filled in. */
  message: string
  /** True: any call may get it, of those whose callers this plugin recognises. */
  isCommon?: boolean
}

export interface EventManifest {
  title: string
  description?: string
  /** Schema of `data` in the envelope; needs an `$id` that is among the plugin's `schemas`. */
  data: TSchema
  /** A fact happened once and is never merged; a state replaces the state before it. */
  kind: 'fact' | 'state'
  /** It tells of several warehouses at once: webhooks that are limited to some don't get it. */
  spansWarehouses?: true
}

/** Its place in the operator console: a page that the console has, or a link to one that the plugin serves itself. */
export interface ConsoleManifest {
  label: string
  /** Its place among the others. */
  order: number
  /** A path of this service, such as `/return-labels`. */
  href?: string
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
  /** The `CONTRACT` that it was built for; `definePlugin` says so. */
  contract?: number
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
  /**
   * What it reads of the process environment, by name of the value: schemas with `env` (the variable), a `default`, `accepts` (what follows
   * "must be" when it is wrong) and, for what is not repeated on a terminal, `secret`. Lists are separated by commas.
   */
  configuration?: TObject
  /** Absolute path of a folder of `.sql` files, applied once each, in the order of their names, before it registers. */
  migrations?: string
  /** Codes of the errors that it throws. */
  errors?: readonly ErrorManifest[]
  /** Names of fields in bodies that never get into the audit, besides those that sound like secrets. */
  secretFields?: readonly string[]
  /** Fields about people in its bodies and events, at any depth, and the boolean setting of one of its operations that hides them while it is false. */
  personalData?: { operation: string, setting: string, fields: readonly string[] }
  /** Schemas with a globally unique `$id`, the components of the Swagger. */
  schemas?: readonly TSchema[]
  /** Programs beside the service, by name: `operator:reset` runs as `npm run command -- operator:reset`. */
  commands?: Readonly<Record<string, CommandManifest>>
  console?: ConsoleManifest
}

/** The operations with the codes that each may answer. @param errorsOf by operation; one that is not named answers none of its own */
export function withErrors (
  errorsOf: Readonly<Record<string, readonly string[]>>, operations: Readonly<Record<string, OperationManifest>>
): Record<string, OperationManifest> {
  return Object.fromEntries(Object.entries(operations).map(([id, operation]) => [id, { ...operation, errors: errorsOf[id] ?? [] }]))
}
