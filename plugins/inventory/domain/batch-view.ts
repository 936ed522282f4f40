// A batch as callers see it, out of its row: what depends on the day is judged when it is read.
import { dayIn, isExpired } from './dates.js'
import type { BatchView } from '../schemas/batches.js'

/** What a caller writes of a batch, complete. */
export type BatchDraft = Pick<BatchView, 'expiryDate' | 'bestBeforeDate' | 'manufacturedDate' | 'supplierBatch' | 'countryOfOrigin' | 'attributes'>

/** `timezone` is that of the oldest active warehouse. */
export type BatchRow = Omit<BatchView, 'expired'> & { timezone: string }

export function toView ({ timezone, version, createdAt, updatedAt, ...row }: BatchRow, now: Date): BatchView {
  return { ...row, expired: isExpired(row.expiryDate, dayIn(timezone, now)), version, createdAt, updatedAt }
}
