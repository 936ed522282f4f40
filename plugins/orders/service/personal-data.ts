// What of an order is about people.
import type { Kernel } from '#kernel'
import type { ReadSettingsValues, Summary } from '../schemas/orders.js'

/**
 * An order as it is answered, whatever the call: the operator may keep personal data out of it. Stored events have it; the kernel hides it on their
 * way out.
 */
export function redacted<T extends Summary> (kernel: Kernel, order: T): T {
  return kernel.settings<ReadSettingsValues>('order.get').exposePersonalData ? order : { ...order, customer: null, shipTo: null, billTo: null }
}
