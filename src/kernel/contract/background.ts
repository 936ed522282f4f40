// Work that no call asks for.
import type { Database } from './database.js'

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

/** An append-only table that is partitioned by range of `occurredAt`. */
export interface PartitionedTable {
  table: string
  keepDays: number
  /** Asked before what is older is dropped. */
  mayDrop?: (db: Database, before: Date) => Promise<boolean>
}

export interface Background {
  /** Starts with the service in processes of role `worker`, stops before it closes. */
  worker: (options: WorkerOptions) => void
  /** Removes old data, in processes of role `worker` and only while the machine's clock agrees with the database's; each run is logged. */
  retention: (job: RetentionOptions) => void
  /** Daily partitions; those that are older than `keepDays` are dropped. */
  partitions: (table: PartitionedTable) => void
}
