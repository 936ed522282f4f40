// What the kernel stands on: the HTTP server with its recorder, signals between processes, background work.
import { createServer, type ServerOptions } from './http/server.js'
import { answers, removeOldAnswers } from './http/idempotency.js'
import { createAsOf, createCursors, createPages } from './http/lists.js'
import { createOpenApi } from './http/openapi.js'
import { createRecording } from './http/recording.js'
import { checkValue } from './http/validation.js'
import { createWrites } from './http/write.js'
import { measureBatches } from './kernel/contract/batcher.js'
import type { Database } from './kernel/contract/database.js'
import type { Secrets } from './kernel/contract/kernel.js'
import type { Foundation } from './kernel/host/foundation.js'
import { createPersonalData } from './kernel/host/personal-data.js'
import type { DatabaseClock } from './platform/database/clock.js'
import type { Disk } from './platform/runtime/disk.js'
import type { MetricsRegistry } from './platform/runtime/metrics.js'
import { createPartitions } from './platform/database/partitions.js'
import { createRetention } from './platform/runtime/retention.js'
import { jsonOf } from './platform/runtime/serializers.js'
import { createSignals } from './platform/runtime/signals.js'
import { createStateTracker } from './platform/runtime/state-tracker.js'
import { createWorkers } from './platform/runtime/workers.js'

interface FoundationOptions extends Omit<ServerOptions, 'recording'> {
  db: Database
  secrets: Pick<Secrets, 'derive'>
  databaseClock: DatabaseClock
  disk: Pick<Disk, 'isLow'>
  /** Known at the latest when the service listens. */
  publicUrl: () => string
  metrics: Pick<MetricsRegistry, 'forPart'>
  /** How long a call waits for its row of the audit. Default 5 s. */
  recordWithinMs?: number | undefined
  /** True in processes of role `worker`. */
  worker: boolean
}

const HOUR_MS = 3_600_000

/** Nothing of it runs before the host starts it. */
export function createFoundation (options: FoundationOptions): Foundation {
  const { db, clock, databaseClock, disk, secrets, publicUrl, worker } = options
  const metrics = options.metrics.forPart('core')
  const recording = createRecording({
    now: () => clock.now(), isShort: () => disk.isLow, withinMs: options.recordWithinMs, measure: measureBatches(metrics, 'audit_row')
  })
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
    handle: {
      ...createWrites(db, { recording, answers, personalData, measure: measureBatches(metrics, 'bulk') }),
      page: createPages(createCursors(secrets.derive('list-cursors')), createAsOf(db)),
      check: checkValue
    },
    openapi: async parts => await createOpenApi(app, { ...parts, publicUrl }),
    lifecycles: [signals, state]
  }
}
