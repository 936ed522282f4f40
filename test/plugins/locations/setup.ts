// Warehouses and locations: the same tests for API clients and for operators.
import type { Test } from 'tap'
import type { Answer, Caller } from '../../../src/test-kit/service.js'
import { openStockroom, type Stockroom } from '../inventory/setup.js'

export const API = '/api/external/v1'
export const ADMIN = '/api/admin/v1'
const OPERATIONS = ['warehouse', 'location'].flatMap(what => ['list', 'get', 'create', 'update'].map(act => `${what}.${act}`))

/** Two ways to the same places. */
export interface Side { name: string, caller: Caller, prefix: string }

export interface Yard extends Stockroom {
  builder: Caller
  /** A client that may do everything, and an operator. */
  sides: { client: Side, operator: Side }
}

let made = 0
export const newCode = (start = 'P'): string => `${start}-${++made}`

export async function openYard (t: Test): Promise<Yard> {
  const room = await openStockroom(t)
  for (const id of OPERATIONS) await room.switchOperation(id, true)
  const builder = await room.newClient({ name: 'Builder', scopes: OPERATIONS })
  const client = { name: 'client', caller: builder, prefix: API }
  return { ...room, builder, sides: { client, operator: { name: 'operator', caller: room.operator, prefix: ADMIN } } }
}

export async function newWarehouse ({ caller, prefix }: Side, fields: object = {}): Promise<Answer['body']> {
  return expected(await caller.post(`${prefix}/warehouses`, { code: newCode('W'), name: 'A warehouse', ...fields }), 201)
}

export async function newLocation ({ caller, prefix }: Side, warehouse: string, fields: object = {}): Promise<Answer['body']> {
  return expected(await caller.post(`${prefix}/warehouses/${warehouse}/locations`, { code: newCode('L'), ...fields }), 201)
}

export function expected (answer: Answer, status: number): Answer['body'] {
  if (answer.status !== status) throw new Error(answer.text)
  return answer.body
}

/** Status, code and pointer of a refusal. */
export const refusal = ({ status, body }: Answer): [number, string, string | undefined] => [status, body.code, body.errors?.[0].pointer]
