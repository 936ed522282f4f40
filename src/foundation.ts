// What the kernel stands on: the HTTP server with its recorder, signals between processes, background work.
import { createServer, type ServerOptions } from './http/server.js'
import { answers, removeOldAnswers } from './http/idempotency.js'
import { createAsOf, createCursors } from './http/lists.js'
import { createOpenApi } from './http/openapi.js'
import { createRecording } from './http/recording.js'
import { checkValue } from './http/validation.js'
import { createWrites } from './http/write.js'
import type { Database } from './kernel/database.js'
import type { Secrets } from './kernel/kernel.js'
import { createPersonalData } from './kernel/personal-data.js'
import type { Foundation } from './kernel/ports.js'
import type { DatabaseClock } from './platform/clock.js'
import type { Disk } from './platform/disk.js'
import { createPartitions } from './platform/partitions.js'
import { createRetention } from './platform/retention.js'
import { jsonOf } from './platform/serializers.js'
import { createSignals } from './platform/signals.js'
import { createStateTracker } from './platform/state.js'
import { createWorkers } from './platform/workers.js'

export interface FoundationOptions extends Omit<ServerOptions, 'recording'> {
  db: Database
  secrets: Pick<Secrets, 'derive'>
  databaseClock: DatabaseClock
  disk: Pick<Disk, 'isLow'>
  /** Known at the latest when the service listens. */
  publicUrl: () => string
  /** How long a call waits for its row of the audit. Default 5 s. */
  recordWithinMs?: number | undefined
  /** True in processes of role `worker`. */
  worker: boolean
}

const HOUR_MS = 3_600_000

/** Nothing of it runs before the host starts it. */
export function createFoundation (options: FoundationOptions): Foundation {
  const { db, clock, databaseClock, disk, secrets, publicUrl, worker } = options
  const recording = createRecording(() => clock.now(), () => disk.isLow, options.recordWithinMs)
  const app = createServer({ ...options, recording })
  const warn = (message: string): void => { app.log.warn(message) }
  const signals = createSignals(db, warn)
  const state = createStateTracker(db, databaseClock, signals, { warn, error: message => { app.log.error(message) } })
  const workers = createWorkers(signals, worker, warn)
  const retention = createRetention(databaseClock, workers, app.log)
  retention.add({ name: 'kernel.idempotency', everyMs: HOUR_MS, remove: async () => await removeOldAnswers(db) })
  const personalData = createPersonalData()
  return {
    app,
    personalData,
    recording,
    signals,
    state,
    workers,
    retention,
    partitions: createPartitions(db, workers, retention, warn),
    jsonOf,
    handle: { ...createWrites(db, recording, answers, personalData), cursors: createCursors(secrets.derive('list-cursors')), asOf: createAsOf(db), check: checkValue },
    openapi: async parts => await createOpenApi(app, { ...parts, publicUrl }),
    lifecycles: [signals, state]
  }
}
