// Takes back what a process that is gone had claimed.
import type { Kernel } from '#kernel'
import { lockExpired, type ExpiredRow } from '../store/queue.js'
import { lostAttempt } from './attempt.js'
import { LEASE_MS } from './claim.js'
import { conclude, storeResults, type Result } from './settle.js'

const BATCH = 200

/**
 * Puts deliveries whose lease has ended back into the queue, each with an interrupted attempt: whether the call arrived is not
 * known, so it is made again without counting as a try.
 * @returns true when there may be more
 */
export async function reclaimExpired (kernel: Kernel): Promise<boolean> {
  const count = await kernel.db.transaction(async tx => {
    const now = kernel.clock.now()
    const rows = await lockExpired(tx, now, BATCH)
    if (rows.length > 0) await storeResults(kernel, tx, rows.map(row => toResult(row, now)))
    return rows.length
  })
  if (count > 0) kernel.log.warn(`${count} deliveries of a process that is gone were taken back`)
  return count === BATCH
}

function toResult (row: ExpiredRow, now: Date): Result {
  const target = { id: row.webhookId, name: row.webhookName, url: row.url }
  return conclude(target, row, lostAttempt(row, new Date(row.leaseUntil.getTime() - LEASE_MS)), false, now)
}
