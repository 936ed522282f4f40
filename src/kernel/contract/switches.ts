// What is switched on, as plugins see it.
import type { Tx } from './database.js'

export interface PluginState { enabled: boolean, version: number, updatedAt: Date | null, updatedBy: string | null }

export interface OperationState extends PluginState {
  /** The settings in force: defaults of the manifest with what the operator changed. */
  settings: Readonly<Record<string, unknown>>
}

export interface SwitchSnapshot {
  /** Grows with every change of any switch. */
  version: number
  plugins: ReadonlyMap<string, PluginState>
  operations: ReadonlyMap<string, OperationState>
}

export interface Switchboard {
  /** What this process knows now. */
  readonly current: SwitchSnapshot
  /** True while the plugin and all that it requires are on. False for an id that is not installed. */
  isPluginOn: (id: string) => boolean
  /** True while the operation and its plugin (with all that it requires) are on. */
  isOperationOn: (id: string) => boolean
  /** Locks all switches until the transaction ends and reads them from the database: for `If-Match`, before and after. */
  lock: (tx: Tx) => Promise<SwitchSnapshot>
  /** Call `lock` first. Takes effect here after the commit and before its answer, elsewhere within a second. */
  setPlugin: (tx: Tx, id: string, enabled: boolean, updatedBy: string) => Promise<void>
  /** Call `lock` first. `settings` are complete and valid for the operation's schema; absent parts stay as they are. */
  setOperation: (tx: Tx, id: string, change: { enabled?: boolean, settings?: Record<string, unknown> }, updatedBy: string) => Promise<void>
}
