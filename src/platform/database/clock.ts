// The database's clock: the one time that all processes share, whatever the clocks of their machines say.
import type { Queryable } from '../../kernel/contract/database.js'
import type { Clock } from '../../kernel/contract/kernel.js'

/** A process whose own clock is further off reports it, is not ready, and deletes nothing. */
const MAX_SKEW_MS = 60_000

export interface DatabaseClock extends Clock {
  /** Asks the database for its time. */
  synchronise: () => Promise<void>
  /** Takes over a time that the database gave; `sent` and `received` are values of `mark()` before the question and after the answer. */
  observe: (databaseTime: Date, sent: number, received: number) => void
  /** A point of this process's monotonic clock, in milliseconds. */
  mark: () => number
  /** Milliseconds by which the machine's clock was ahead of the database's when it was last asked. */
  readonly skewMs: number
  /** What is wrong with the machine's clock; null while it differs by less than a minute. */
  readonly problem: string | null
}

/**
 * @param systemTime the machine's clock, in milliseconds since 1970
 * @returns a clock that has asked the database once
 */
export async function openDatabaseClock (db: Queryable, systemTime: () => number = Date.now): Promise<DatabaseClock> {
  // Monotonic: a machine whose clock is set while the service runs moves no deadline.
  const mark = (): number => performance.timeOrigin + performance.now()
  let aheadMs = 0
  let skewMs = 0
  const clock: DatabaseClock = {
    mark,
    now: () => new Date(mark() + aheadMs),
    observe (databaseTime, sent, received) {
      aheadMs = aheadOf(databaseTime.getTime(), sent, received)
      skewMs = systemTime() - databaseTime.getTime() - (mark() - received)
    },
    async synchronise () {
      const sent = mark()
      const { rows: [row] } = await db.query<{ now: Date }>('SELECT clock_timestamp() AS "now"')
      clock.observe(row!.now, sent, mark())
    },
    get skewMs () { return skewMs },
    get problem () {
      if (Math.abs(skewMs) <= MAX_SKEW_MS) return null
      return `the clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's`
    }
  }
  await clock.synchronise()
  return clock
}

/** A time that lies between the question and its answer may be the same clock, and on one machine it is; otherwise it read the middle. */
function aheadOf (theirs: number, sent: number, received: number): number {
  return theirs >= sent - 1 && theirs <= received + 1 ? 0 : theirs - (sent + received) / 2
}
