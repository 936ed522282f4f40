// Takes due deliveries out of the queue, in one short transaction.
import type { Kernel } from '#kernel'
import { claimDeliveries, lockDueWebhooks, type ClaimedRow, type WebhookNow } from '../store/queue.js'
import type { Target } from './attempt.js'

/**
 * Twice the longest call (30 s). A claim that waits is sent within `STALE_MS` or given back, so no call outlives its lease and
 * nothing has to renew it.
 */
export const LEASE_MS = 60_000
export const STALE_MS = 20_000

/** At most so many in one round. */
export const ROUND = 200

export interface Claim {
  delivery: ClaimedRow
  target: Target
  inOrder: boolean
  /** By `performance.now()`, before its webhook was read: what has changed since then recalls it. */
  claimedAt: number
}

export const PURPOSE = 'webhook-credential'

interface ClaimOptions {
  worker: string
  limit: number
  /** How many of a webhook this worker may have taken at a time while it is the only one. */
  aheadOf: (webhookId: string) => number
}

/** In the order in which they should go. */
export async function claim (kernel: Kernel, { worker, limit, aheadOf }: ClaimOptions): Promise<Claim[]> {
  return await kernel.db.transaction(async tx => {
    const now = kernel.clock.now()
    const claimedAt = performance.now()
    const due = await lockDueWebhooks(tx, now)
    if (due.length === 0) return []
    const rows = await claimDeliveries(tx, {
      worker,
      webhooks: due.map(webhook => ({ id: webhook.id, inOrder: webhook.ordering === 'subject', ahead: aheadOf(webhook.id) })),
      limit,
      now,
      leaseUntil: new Date(now.getTime() + LEASE_MS)
    })
    const targets = new Map(due.map(webhook => [webhook.id, webhook]))
    const opened = new Map<string, Target>()
    return rows.map(delivery => {
      const webhook = targets.get(delivery.webhookId)!
      let target = opened.get(webhook.id)
      if (target === undefined) opened.set(webhook.id, target = toTarget(kernel, webhook))
      return { delivery, target, inOrder: webhook.ordering === 'subject', claimedAt }
    })
  })
}

export function toTarget (kernel: Kernel, webhook: Omit<WebhookNow, 'ordering'>): Target {
  const { id, name, url, username, secret, credentialId, personalData } = webhook
  return { id, name, url, username, personalData, password: kernel.secrets.decrypt(PURPOSE, secret, credentialId) }
}
