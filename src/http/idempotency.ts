// Idempotency-Key (draft-ietf-httpapi-idempotency-key): the answer to a write is kept with the write, in its transaction.
import type { FastifyRequest } from 'fastify'
import type { Database, Tx } from '../kernel/contract/database.js'
import { AppError } from '../kernel/contract/errors.js'
import type { Answer, LiveCall } from '../kernel/host/foundation.js'
import { createHash } from 'node:crypto'

/** Answers of earlier calls with the same Idempotency-Key. */
export interface Answers {
  /** The key of an external write; null for other callers and when there is none. @throws AppError 400 for a malformed key */
  keyOf: (request: FastifyRequest) => string | null
  /**
   * Claims the key for this transaction and finds the answer of an earlier call.
   * @throws AppError 409 while another call with this key runs, 422 when the key was used for another request
   */
  claim: (tx: Tx, request: FastifyRequest, key: string) => Promise<Answer | null>
  /** Keeps the answer in the transaction of its change. */
  save: (tx: Tx, request: FastifyRequest, key: string, answer: Answer) => void
}

interface Row extends Answer { method: string, path: string, bodySha256: string }

const KEY = /^[\x21-\x7e]{1,255}$/
const KEEP_HOURS = 24

const LOCK = { name: 'kernel-idempotency-lock', text: 'SELECT pg_try_advisory_xact_lock($1::int, $2::int) AS "locked"' }
const READ = {
  name: 'kernel-idempotency-read',
  text: `SELECT "method", "path", "bodySha256", "status", "headers", "body" FROM "IdempotencyRecord"
    WHERE "clientId" = $1 AND "key" = $2 AND "createdAt" > now() - interval '${KEEP_HOURS} hours'`
}
const SAVE = {
  name: 'kernel-idempotency-save',
  text: `INSERT INTO "IdempotencyRecord" ("clientId", "key", "method", "path", "bodySha256", "status", "headers", "body")
    VALUES ($1, $2, $3, $4, $5, $6::int, $7::jsonb, $8)
    ON CONFLICT ("clientId", "key") DO UPDATE SET "method" = excluded."method", "path" = excluded."path", "bodySha256" = excluded."bodySha256",
      "status" = excluded."status", "headers" = excluded."headers", "body" = excluded."body", "createdAt" = now()`
}

function keyOf (request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key']
  if (header === undefined || request.call.principal?.type !== 'client') return null
  const text = String(header)
  // Structured-field strings are quoted; plain tokens are widespread. Both name the same key.
  const key = /^".*"$/.test(text) ? text.slice(1, -1) : text
  if (KEY.test(key)) return key
  throw new AppError(400, 'request.invalid', 'header /idempotency-key must be 1 to 255 visible ASCII characters',
    { errors: [{ in: 'header', pointer: '/idempotency-key', code: 'invalid', message: 'must be 1 to 255 visible ASCII characters' }] })
}

async function claim (tx: Tx, request: FastifyRequest, key: string): Promise<Answer | null> {
  const call = request.call as LiveCall
  const clientId = call.principal!.id
  const hash = createHash('sha256').update(`${clientId} ${key}`).digest()
  const { rows: [lock] } = await tx.query<{ locked: boolean }>(LOCK, [hash.readInt32BE(0), hash.readInt32BE(4)])
  if (lock?.locked !== true) {
    throw new AppError(409, 'idempotency.in_progress', 'A call with this Idempotency-Key is still running. Repeat it in a moment.', {
      headers: { 'retry-after': '1' }
    })
  }
  // A second statement, so that it sees what the holder of the lock has committed.
  const { rows: [row] } = await tx.query<Row>(READ, [clientId, key])
  if (row === undefined) return null
  if (row.method !== request.method || row.path !== request.url || row.bodySha256 !== (call.requestSha256 ?? '')) {
    throw new AppError(422, 'idempotency.key_reused', 'This Idempotency-Key was used for another request: use a new key for a new request.')
  }
  return { status: row.status, headers: row.headers, body: row.body }
}

function save (tx: Tx, request: FastifyRequest, key: string, answer: Answer): void {
  const call = request.call as LiveCall
  tx.send(SAVE, [call.principal!.id, key, request.method, request.url, call.requestSha256 ?? '', answer.status, JSON.stringify(answer.headers), answer.body])
}

export const answers: Answers = { keyOf, claim, save }

/** Removes what is older than a day, some at a time. */
export async function removeOldAnswers (db: Database): Promise<{ removed: Record<string, number>, more: boolean }> {
  const { rowCount } = await db.query(`DELETE FROM "IdempotencyRecord" WHERE ("clientId", "key") IN
    (SELECT "clientId", "key" FROM "IdempotencyRecord" WHERE "createdAt" < now() - interval '${KEEP_HOURS} hours' LIMIT 1000)`)
  return { removed: { IdempotencyRecord: rowCount }, more: rowCount === 1000 }
}
