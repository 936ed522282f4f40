// Lookups by key share a few connections: each is sent while those before it are under way, which saves waking up a server process for each.
import type pg from 'pg'
import type { Rows, Statement } from '../../kernel/contract/database.js'
import { asDatabaseError } from './errors.js'
import type { LeasingPool } from './pool.js'
import { run } from './session.js'

export interface Lookups {
  query: <Row>(statement: Statement, values?: readonly unknown[]) => Promise<Rows<Row>>
  /** Gives the connections back to their pool. */
  close: () => Promise<void>
}

/** @param pool has `count` connections that no one else uses */
export function createLookups (pool: LeasingPool, count: number): Lookups {
  const lanes: Array<Promise<pg.PoolClient> | null> = Array(count).fill(null)
  let turn = 0

  /** A broken connection is replaced by the next lookup. */
  const open = (at: number): Promise<pg.PoolClient> => {
    const lane = pool.take()
    const leave = (): void => { if (lanes[at] === lane) lanes[at] = null }
    lane.then(client => {
      const giveUp = (error: Error): void => {
        if (lanes[at] !== lane) return
        leave()
        client.release(error)
      }
      client.once('error', giveUp)
      client.once('end', () => { giveUp(new Error('the connection has ended')) })
    }, leave)
    return lane
  }

  return {
    async query (statement, values) {
      const at = turn++ % count
      const client = await (lanes[at] ??= open(at)).catch((error: unknown) => { throw asDatabaseError(error) })
      return await run(client, statement, values)
    },
    async close () {
      const taken = lanes.splice(0)
      for (const lane of taken) await lane?.then(client => { client.release() }, () => {})
    }
  }
}
