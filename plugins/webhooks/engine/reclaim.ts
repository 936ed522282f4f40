// Takes back what a process that is gone had claimed.
import type { Kernel } from '#kernel'
import { absentClaimants } from '../store/presence.js'
import { lockAbandoned, type ExpiredRow } from '../store/queue.js'
import { lostAttempt } from './attempt.js'
import { LEASE_MS } from './claim.js'
import { conclude, storeResults, type Result } from './settle.js'

const BATCH = 200
/** How long a worker may be without its lock: after a restart of the database all take theirs again within this time. */
const GRACE_MS = 1_000

/**
 * Puts deliveries back into the queue whose worker is gone, each with an interrupted attempt: whether the call arrived is not known, so it is made again
 * without counting as an attempt. A worker is gone when no one has held its lock for a second; one whose machine vanished without a word keeps it,
 * and its leases end.
 * @returns one round; true when there may be more
 */
export function createReclaim (kernel: Kernel): () => Promise<boolean> {
  /** Workers without a lock, and since when. */
  let absentSince = new Map<string, number>()
  return async () => {
    const now = performance.now()
    const absent = await absentClaimants(kernel.db)
    absentSince = new Map(absent.map(worker => [worker, absentSince.get(worker) ?? now]))
    return await reclaim(kernel, absent.filter(worker => now - absentSince.get(worker)! >= GRACE_MS))
  }
}

async function reclaim (kernel: Kernel, dead: readonly string[]): Promise<boolean> {
  const count = await kernel.db.transaction(async tx => {
    const now = kernel.clock.now()
    const rows = await lockAbandoned(tx, now, dead, BATCH)
    if (rows.length > 0) await storeResults(kernel, tx, rows.map(row => toResult(row, now)))
    return rows.length
  })
  if (count > 0) kernel.log.warn(`${count} deliveries of a process that is gone were taken back`)
  return count === BATCH
}

function toResult (row: ExpiredRow, now: Date): Result {
  const target = { id: row.webhookId, name: row.webhookName, url: row.url }
  return conclude({ target, delivery: row, attempt: lostAttempt(row, new Date(row.leaseUntil.getTime() - LEASE_MS)), inOrder: false, endedAt: now })
}
