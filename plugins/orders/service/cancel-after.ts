// Orders that are not wanted any more: what no one has picked of them is cancelled when the day of `cancelAfterDate` is over.
import { dayIn } from '../../inventory/public.js'
import { overdueOrders } from '../store/overdue.js'
import { cancelUnits } from './status-steps.js'
import { OrderChange, type Services } from './order-change.js'

const ROUND = 100
const REASON = 'The day of cancelAfterDate is over.'
/** What is on the floor is finished by people. */
const STATUSES: ReadonlySet<string> = new Set(['draft', 'open', 'released', 'partially_shipped'])

/** @returns one round: at most a hundred orders, each in a transaction of its own; true when there may be more */
export function createCancelAfter (services: Services): (signal: AbortSignal) => Promise<boolean> {
  const { kernel } = services
  return async signal => {
    if (!kernel.plugin.isOn()) return false
    const overdue = await overdueOrders(kernel.db, kernel.clock.now(), ROUND)
    let done = 0
    for (const { id, ownerId } of overdue) {
      if (signal.aborted) return false
      done += await cancelRest(services, ownerId, id).catch((error: Error) => {
        kernel.log.error({ err: error, orderId: id }, 'an order could not be cancelled after its day')
        return 0
      })
    }
    return overdue.length === ROUND && done > 0
  }
}

/** @returns 1 when something was cancelled */
async function cancelRest (services: Services, ownerId: string, id: string): Promise<number> {
  const { kernel } = services
  return await kernel.db.transaction(async tx => {
    const change = await OrderChange.begin(services, tx, { ownerId, warehouseIds: null, checkVersion: () => {}, alias: { by: 'id', key: id } }, null)
    const { order } = change
    // It may have changed since it was found.
    const { timezone } = await change.warehouse()
    if (!STATUSES.has(order.status) || order.cancelAfterDate === null || dayIn(timezone, kernel.clock.now()) <= order.cancelAfterDate) return 0
    const wanted = order.lines.map(line => ({ line, units: line.ordered - line.picked - line.packed - line.shipped - line.cancelled }))
    const cancelled = await cancelUnits(change, wanted)
    if (cancelled.lines.length === 0) return 0
    const isWhole = order.lines.every(line => line.cancelled === line.ordered)
    if (isWhole) order.cancelReason = REASON
    change.publish('order.cancelled', { cancellation: { reason: REASON, isWhole, ...cancelled } })
    if (isWhole) change.moveTo('cancelled', REASON)
    else change.settle(REASON)
    await change.finish()
    return 1
  })
}
