// The ERP's line to the service: signs in, repeats what got no answer with the same Idempotency-Key, and keeps its own list of what was
// acknowledged.
import { caller, expect, idempotencyKey, type Answer, type Call } from './http.js'

export interface ErpLedger {
  /** Products by SKU key: what the service has acknowledged. */
  products: Map<string, { id: string, name: string, version: number }>
  /** Acknowledged writes by what they do: `order`, `cancel`. */
  done: Map<string, number>
  /** Request ids of every answer that reached the caller. */
  requestIds: string[]
  /** Calls that got no answer, or 503, and were repeated with the same Idempotency-Key. */
  repeated: number
  /** Answers that were neither expected nor repeatable. */
  unexpected: string[]
}

export interface Erp {
  ledger: ErpLedger
  /**
   * Writes until there is an answer.
   * @param what counted in the ledger once it is acknowledged
   * @returns the answer's body, null when it has another status than expected
   */
  write: (what: string, status: number, method: string, path: string, body: unknown) => Promise<Record<string, unknown> | null>
}

export const API = '/api/external/v1'
/** Pauses before a call is repeated grow, so that a service that starts has the processor for itself. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 800

export function createErp (base: () => string, clientId: string, clientSecret: string): Erp {
  const ledger: ErpLedger = { products: new Map(), done: new Map(), requestIds: [], repeated: 0, unexpected: [] }
  let token: Promise<string> | null = null
  const anonymous = caller(base, () => ({}))

  const persist = async (send: () => Promise<Answer>): Promise<Answer> => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const answer = await send().catch(() => null)
      if (answer !== null) {
        if (answer.requestId !== null) ledger.requestIds.push(answer.requestId)
        if (answer.status === 401) token = null
        else if (answer.status !== 503 && answer.body['code'] !== 'idempotency.in_progress') return answer
      }
      ledger.repeated++
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }
  const signIn = async (): Promise<string> => {
    const answer = await persist(async () => await anonymous('POST', `${API}/auth/token`, { client_id: clientId, client_secret: clientSecret }))
    return (await expect(200, Promise.resolve(answer)))['access_token'] as string
  }
  const authorised: Call = async (method, path, body, headers) => {
    const bearer = await (token ??= signIn())
    return await caller(base, () => ({ authorization: `Bearer ${bearer}` }))(method, path, body, headers)
  }

  return {
    ledger,
    async write (what, status, method, path, body) {
      const key = idempotencyKey()
      const answer = await persist(async () => await authorised(method, `${API}${path}`, body, { 'idempotency-key': key }))
      if (answer.status !== status) {
        ledger.unexpected.push(`${what}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
        return null
      }
      ledger.done.set(what, (ledger.done.get(what) ?? 0) + 1)
      return answer.body
    }
  }
}
