// JSON over HTTP, for the operator and the ERP of the demo.
import { randomUUID } from 'node:crypto'

export interface Answer { status: number, body: Record<string, unknown>, requestId: string | null }

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

/** @throws TypeError when no answer came (the connection was refused or broke) */
export function caller (base: () => string, always: () => Record<string, string>): Call {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${base()}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...always(), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown>, requestId: response.headers.get('x-request-id') }
  }
}

/** @throws Error when the answer has another status */
export async function expect (status: number, answer: Promise<Answer>): Promise<Record<string, unknown>> {
  const { status: got, body } = await answer
  if (got !== status) throw new Error(`expected ${status}, got ${got}: ${JSON.stringify(body)}`)
  return body
}

/** All rows of a paged list. */
export async function all (call: Call, path: string): Promise<Array<Record<string, unknown>>> {
  const rows: Array<Record<string, unknown>> = []
  let cursor: string | null = null
  do {
    const page: Record<string, unknown> = await expect(
      200, call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    )
    rows.push(...page['data'] as Array<Record<string, unknown>>)
    cursor = page['nextCursor'] as string | null
  } while (cursor !== null)
  return rows
}

export const idempotencyKey = (): string => randomUUID()
