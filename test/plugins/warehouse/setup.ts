// A warehouse with trade of two owners, and what is the same for every page of it.
import type { Test } from 'tap'
import type { Answer, Caller } from '../../../src/test-kit/service.js'
import { API, openDesk, type Desk } from '../orders/setup.js'

export const WAREHOUSE = '/api/admin/v1/warehouse'

export interface Trade extends Desk {
  viewer: Caller
  product: { id: string, sku: string }
  /** Allocated, of a customer with a name. */
  orderId: string
  shippedId: string
  foreignProduct: { id: string, ownerId: string }
}

export async function openTrade (t: Test): Promise<Trade> {
  const desk = await openDesk(t)
  const product = await desk.stocked([['L1', '2099-12-31', 12]])
  const { id: orderId } = await desk.order([{ sku: product.sku, qty: 5 }], { customer: { name: 'Ada Lovelace' } })
  const { id: shippedId } = await desk.order([{ sku: product.sku, qty: 2 }])
  await desk.bring(shippedId, 'shipped')
  const { product: foreignProduct } = (await desk.foreign.post(`${API}/products`, { sku: 'FOREIGN', name: 'Of another owner' })).body
  return { ...desk, product, orderId, shippedId, foreignProduct, viewer: await desk.newOperator('viewer') }
}

/** A viewer gets what a client of the default owner gets, nothing of another owner, and nothing changes but the audit. @returns the answer */
export async function seesTheSame (t: Test, trade: Trade, operation: string, ours: string, theirs: string): Promise<Answer> {
  const before = await trade.stored()
  const [seen, published] = [await trade.viewer.get(`${WAREHOUSE}${ours}`), await trade.erp.get(`${API}${theirs}`)]
  t.equal(seen.status, 200, seen.text)
  t.same({ ...seen.body, asOf: 0 }, { ...published.body, asOf: 0 })
  t.notMatch(seen.text, trade.foreignProduct.id)
  t.match((await trade.operator.get(`/api/admin/v1/audit?operation=${operation}`)).body.data[0], { status: 200, direction: 'operator' })
  t.same(await trade.stored(), before)
  return seen
}

/** @param path of a list, with what else it needs */
export async function refusesOwners (t: Test, trade: Trade, path: string): Promise<void> {
  const answer = await trade.operator.get(`${WAREHOUSE}${path}${path.includes('?') ? '&' : '?'}ownerId=no one`)
  t.match(answer, { status: 400, body: { code: 'request.invalid', errors: [{ in: 'query', pointer: '/ownerId' }] } }, answer.text)
}
