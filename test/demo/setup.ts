// What the operator does before the ERP can begin: sign in, activate, switch operations on, create a webhook and a client.
import { caller, expect, type Call } from './http.js'

export const OPERATOR = { email: 'admin@localhost', password: 'demo-only-operator-password' }
export const RECEIVER = { username: 'wms', password: 'demo-only-receiver-password' }

export async function signIn (base: () => string): Promise<Call> {
  const session = await expect(201, caller(base, () => ({}))('POST', '/api/admin/v1/session', OPERATOR))
  const bearer = String(session['token'])
  return caller(base, () => ({ authorization: `Bearer ${bearer}` }))
}

const EVENTS = [
  'product.created', 'product.updated', 'batch.created',
  'stock.updated', 'stock.movement_created', 'stock.adjusted', 'stock.low', 'stock.out', 'stock.back_in_stock',
  'order.created', 'order.updated', 'order.status_changed', 'order.allocated', 'order.backordered', 'order.cancelled',
  'shipment.created', 'shipment.shipped', 'shipment.tracking_updated'
]
/** Off until an operator wants them. */
const OPERATIONS = ['stock.adjust', 'order.release', 'order.pick', 'order.pack', 'order.ship']

export async function prepare (operator: Call, receiverUrl: string): Promise<Client> {
  await expect(200, operator('PATCH', '/api/admin/v1/plugins/external-api', { enabled: true }))
  for (const id of OPERATIONS) await expect(200, operator('PATCH', `/api/admin/v1/operations/${id}`, { enabled: true }))
  await expect(201, operator('POST', '/api/admin/v1/webhooks', {
    name: 'Demo receiver',
    url: receiverUrl,
    events: EVENTS,
    auth: { type: 'basic', ...RECEIVER }
  }))
  return await createClient(operator, 'Demo ERP')
}

export interface Client { id: string, clientId: string, clientSecret: string }

async function createClient (operator: Call, name: string): Promise<Client> {
  const created = await expect(201, operator('POST', '/api/admin/v1/clients', { name }))
  const client = created['client'] as { id: string, clientId: string }
  return { id: client.id, clientId: client.clientId, clientSecret: String(created['clientSecret']) }
}

/** A second client for the reconciliation, so that the rows of the ERP in the audit are the ERP's alone. */
export async function readerOf (operator: Call, base: () => string): Promise<Call> {
  const { clientId, clientSecret } = await createClient(operator, 'Demo reader')
  const minted = await expect(200, caller(base, () => ({}))('POST', '/api/external/v1/auth/token', { client_id: clientId, client_secret: clientSecret }))
  return caller(base, () => ({ authorization: `Bearer ${String(minted['access_token'])}` }))
}

/** Waits until every event is numbered and its deliveries have ended; no longer than this after the last one that came. */
export async function settle (operator: Call, received: () => number, patienceMs: number): Promise<void> {
  let before = -1
  let until = Date.now() + patienceMs
  while (Date.now() < until) {
    const open = await Promise.all(['pending', 'sending'].map(async status =>
      (await expect(200, operator('GET', `/api/admin/v1/deliveries?status=${status}&limit=1`)))['data'] as unknown[]
    ))
    if (received() !== before) { until = Date.now() + patienceMs } else if (open.flat().length === 0) return
    before = received()
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}
