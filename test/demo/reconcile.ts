// Compares what was expected (the file, the ERP's list of acknowledged changes) with what the service and the receiver have.
import type { Expected } from './expected.js'
import { API, type ErpLedger } from './erp.js'
import { all, type Call } from './http.js'
import { finalName } from './month.js'
import type { Plan } from './plan.js'
import type { Ledger } from './receiver.js'
import { reconcileOrders } from './reconcile-orders.js'
import { line, type Line } from './table.js'

export interface Facts {
  plan: Plan
  expected: Expected
  erp: ErpLedger
  receiver: Ledger
  operator: Call
  client: Call
  clientId: string
  /** True when the service was killed on the way: attempts may then repeat, and calls may have ended without their answer. */
  interrupted: boolean
}

export async function reconcile (facts: Facts): Promise<Line[]> {
  const { plan: { products }, erp, receiver, operator, client, interrupted } = facts
  const [stored, events, calls, attempts, orders] = await Promise.all([
    all(client, `${API}/products`),
    all(operator, '/api/admin/v1/events'),
    all(operator, `/api/admin/v1/audit?direction=in&clientId=${facts.clientId}`),
    all(operator, '/api/admin/v1/audit?direction=out'),
    reconcileOrders(facts)
  ])
  const names = new Map(stored.map(product => [String(product['sku']).toLowerCase(), product['name']]))
  const wrong = products.filter((product, index) => names.get(product.sku.toLowerCase()) !== finalName(product, index))
  const ofType = (type: string): number => events.filter(event => event['type'] === type).length
  const done = (...what: string[]): number => what.reduce((sum, one) => sum + (erp.done.get(one) ?? 0), 0)
  const deliveries = [...receiver.entries.values()]
  const missing = events.filter(event => !receiver.entries.has(String(event['id'])))
  const repeats = deliveries.reduce((sum, entry) => sum + entry.count - 1, 0)
  const recorded = new Set(calls.map(call => call['requestId']))
  const unrecorded = erp.requestIds.filter(id => !recorded.has(id))
  const sequences = events.map(event => Number(event['sequence'])).sort((a, b) => a - b)
  return [
    line('products in the file / in the service', products.length, stored.length),
    line('products with another name than expected', 0, wrong.length),
    ...orders.lines,
    line('products created / product.created', done('product.create'), ofType('product.created')),
    line('products updated / product.updated', done('product.update'), ofType('product.updated')),
    line('orders acknowledged / order.created', done('order'), ofType('order.created')),
    line('cancellations acknowledged / order.cancelled', done('cancel'), ofType('order.cancelled')),
    line('shipments acknowledged / shipment.shipped', done('ship'), ofType('shipment.shipped')),
    line('adjustments acknowledged / stock.adjusted', done('opening', 'return'), ofType('stock.adjusted')),
    line('movements / stock.movement_created', orders.movements, ofType('stock.movement_created')),
    line('changes of stock by its versions / stock.updated', orders.stockVersions, ofType('stock.updated')),
    line('answers that were not expected', 0, erp.unexpected.length),
    line('highest number of an event = number of events (no gap)', sequences.length, sequences.at(-1) ?? 0),
    line('events / received by the webhook, by id', events.length, deliveries.length),
    line('events never received', 0, missing.length),
    interrupted
      ? line('received again after an interruption (allowed)', `${repeats}`, repeats, true)
      : line('received more than once', 0, repeats),
    line('calls of the receiver with wrong credentials', 0, receiver.refused()),
    line('answers to the ERP without a row in the audit', 0, unrecorded.length),
    interrupted
      ? line('rows of the ERP in the audit (at least its answers)', `>= ${erp.requestIds.length}`, calls.length, calls.length >= erp.requestIds.length)
      : line('answers to the ERP / its rows in the audit', erp.requestIds.length, calls.length),
    interrupted
      ? line('attempts in the audit (at least one per event)', `>= ${events.length}`, attempts.length, attempts.length >= events.length)
      : line('calls of the receiver / attempts in the audit', receiver.calls(), attempts.length)
  ]
}
