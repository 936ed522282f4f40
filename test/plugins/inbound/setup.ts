// A dock: clients that announce and receive, and goods that are to come.
import type { Test } from 'tap'
import type { Answer, Caller } from '../../../src/test-kit/service.js'
import { openDesk, type Desk } from '../orders/setup.js'

export const API = '/api/external/v1'
export const INBOUND = `${API}/inbound-orders`
export const RECEIPTS = `${API}/receipts`

export interface Dock extends Desk {
  /** A client that may do everything. */
  dock: Caller
  /** Types of the events about a subject, in their order, once there are so many. */
  eventsOf: (subjectId: string, count: number) => Promise<string[]>
}

let made = 0
export const newRef = (start = 'PO'): string => `${start}-${++made}`

export async function openDock (t: Test): Promise<Dock> {
  const desk = await openDesk(t)
  const operations = [...desk.host.catalogue.operations.values()].filter(({ access }) => access === 'client').map(({ id }) => id)
  await desk.operator.patch('/api/admin/v1/operations', { changes: operations.map(id => ({ id, enabled: true })) })
  const dock = await desk.newClient({ name: 'Dock', scopes: operations })
  return {
    ...desk,
    dock,
    async eventsOf (subjectId, count) {
      const read = async (): Promise<string[]> =>
        ((await desk.operator.get(`/api/admin/v1/events?subjectId=${subjectId}`)).body.data as Array<{ type: string, sequence: number }>)
          .sort((a, b) => a.sequence - b.sequence).map(({ type }) => type)
      await desk.waitFor(async () => (await read()).length >= count, `${count} events about ${subjectId}`)
      return await read()
    }
  }
}

export function expected (answer: Answer, status: number): Answer['body'] {
  if (answer.status !== status) throw new Error(answer.text)
  return answer.body
}

/** Status, code and pointer of a refusal. */
export const refusal = ({ status, body }: Answer): [number, string, string | undefined] => [status, body.code, body.errors?.[0].pointer]

export async function newSku (dock: Caller, fields: object = {}): Promise<string> {
  const sku = newRef('SKU')
  expected(await dock.post(`${API}/products`, { sku, name: sku, ...fields }), 201)
  return sku
}

export async function newInbound (dock: Caller, lines: object[], fields: object = {}): Promise<Answer['body']> {
  return expected(await dock.post(INBOUND, { externalRef: newRef(), lines, ...fields }), 201)
}

/** [on hand, incoming] of a product. */
export async function stockOf (dock: Caller, sku: string): Promise<[number, number]> {
  const { onHand, incoming } = expected(await dock.get(`${API}/stock/sku:${sku}`), 200)
  return [onHand, incoming]
}
