// Calls that create orders, as work that many of them do together.
import type { BulkCall, BulkWork, WriteResult } from '#kernel'
import { skuKey } from '../../catalog/public.js'
import type { OrderInput } from '../schemas/orders.js'
import type { Created, CreateOrders } from './create.js'
import { ownerOf, reachOf } from '../../external-api/public.js'
import { answer } from './request.js'

/** Longer orders hold no one up. */
const MOST_LINES = 20

/** @param prefix of the URLs of orders */
export function createOrderWork (create: CreateOrders, prefix: string): BulkWork<OrderInput> {
  const toResult = ({ request }: BulkCall<OrderInput>, { order, isNew }: Created): WriteResult => {
    const { headers, ...rest } = answer(request, order)
    return isNew
      ? { status: 201, ...rest, headers: { ...headers, location: `${prefix}/orders/${order.id}` } }
      : { ...rest, ...headers === undefined ? {} : { headers } }
  }
  return {
    keyOf: (request, { warehouse = '', lines }) =>
      lines.length > MOST_LINES ? null : `${ownerOf(request)} ${reachOf(request).warehouseIds?.join() ?? ''} ${warehouse}`,
    topicsOf: ({ lines }) => lines.map(line => skuKey(line.sku)),
    async run (calls) {
      const made = await create(ownerOf(calls[0]!.request), calls)
      return made.map((outcome, at) => outcome instanceof Error || outcome === 'alone' ? outcome : toResult(calls[at]!, outcome))
    }
  }
}
