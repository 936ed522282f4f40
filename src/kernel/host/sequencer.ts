// Gives committed events their place in a gap-free sequence and hands them on, one process at a time.
import type { Database, Tx } from '../contract/database.js'
import { tryLockOnce } from '../contract/locks.js'
import { EVENT_COLUMNS, type SequencedEvent } from '../contract/events.js'

type Subscriber = (tx: Tx, events: readonly SequencedEvent[]) => Promise<void>

const BATCH = 500
/** Where to begin looking lags behind: a slow transaction may commit a lower position than those already numbered. */
const FLOOR_LAG_MS = 2000
const SWEEP_EVERY_MS = 1000

const LOCK = { name: 'kernel-sequencer-lock', text: tryLockOnce('sequencer') }

// One statement: taken from the outbox in order of position (aggregates are locked by their writers, so positions follow
// their versions), numbered from the counter, and kept as they are. The counter's row makes numbers unique and free of gaps.
// Rows of the outbox never change, so they can be taken from where they were seen.
const NUMBER = {
  name: 'kernel-sequencer-number',
  text: `WITH taken AS (
      DELETE FROM "EventOutbox" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "EventOutbox" WHERE "position" > $1 ORDER BY "position" LIMIT ${BATCH}))
      RETURNING *
    ), total AS (SELECT count(*) AS "count", max("position") AS "top" FROM taken
    ), counter AS (
      UPDATE "EventCounter" SET "last" = "last" + total."count" FROM total WHERE total."count" > 0 RETURNING "last" - total."count" AS "base"
    ), numbered AS (SELECT counter."base" + row_number() OVER (ORDER BY "position") AS "sequence", taken.* FROM taken, counter)
    INSERT INTO "Event" (${EVENT_COLUMNS}, "draft") SELECT ${EVENT_COLUMNS}, "draft" FROM numbered
    RETURNING ${EVENT_COLUMNS}, (SELECT "top" FROM total) AS "position"`
}

export interface Sequencer {
  subscribe: (subscriber: Subscriber) => void
  /** Numbers one batch. True: there may be more. */
  step: () => Promise<boolean>
}

export function createSequencer (db: Database): Sequencer {
  const subscribers: Subscriber[] = []
  const tops: Array<{ at: number, position: number }> = []
  let floor = 0
  let sweptAt = -Infinity

  const from = (now: number): number => {
    if (now - sweptAt > SWEEP_EVERY_MS) {
      sweptAt = now
      return 0
    }
    while (tops[0] !== undefined && now - tops[0].at > FLOOR_LAG_MS) floor = Math.max(floor, tops.shift()!.position)
    return floor
  }

  return {
    subscribe: subscriber => { subscribers.push(subscriber) },
    step: async () => await db.transaction(async tx => {
      const { rows: [lock] } = await tx.query<{ locked: boolean }>(LOCK)
      if (lock?.locked !== true) return false
      const now = performance.now()
      const { rows } = await tx.query<SequencedEvent & { position: number }>(NUMBER, [from(now)])
      if (rows.length === 0) return false
      const events = rows.sort((a, b) => a.sequence - b.sequence)
      tops.push({ at: now, position: rows[0]!.position })
      for (const subscriber of subscribers) await subscriber(tx, events)
      return events.length === BATCH
    })
  }
}
