// Removes old data: never by the clock of this machine, and never in silence.
import type { Retention, Workers } from '../../kernel/host/foundation.js'
import type { DatabaseClock } from '../database/clock.js'

interface Log {
  info: (details: object, message: string) => void
  debug: (details: object, message: string) => void
  error: (details: object, message: string) => void
}

/** Runs the jobs in processes of role `worker`, while the machine's clock agrees with the database's. */
export function createRetention (clock: Pick<DatabaseClock, 'synchronise' | 'problem' | 'skewMs'>, workers: Workers, log: Log): Retention {
  return {
    add ({ remove, ...options }) {
      const run = async (): Promise<boolean> => {
        await clock.synchronise()
        if (clock.problem !== null) {
          log.error({ retention: options.name, skewMs: Math.round(clock.skewMs) }, `nothing is removed: ${clock.problem}`)
          return false
        }
        const { removed, more = false } = await remove()
        const details = { retention: options.name, removed }
        if (Object.values(removed).some(count => count > 0)) log.info(details, 'old data were removed')
        else log.debug(details, 'no old data')
        return more
      }
      workers.add({ ...options, run })
    }
  }
}
