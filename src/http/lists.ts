// What lists share: tamper-proof cursors, and the instant before which nothing can still appear.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '../kernel/database.js'
import type { Kernel } from '../kernel/kernel.js'
import { AppError } from '../kernel/errors.js'

const MAC_BYTES = 12

/** Cursors are readable but signed together with their scope: nobody can forge a position or carry it to another list. */
export function createCursors (key: Buffer): Kernel['cursors'] {
  const mac = (scope: string, payload: string): Buffer =>
    Buffer.from(createHmac('sha256', key).update(JSON.stringify([scope, payload])).digest().subarray(0, MAC_BYTES).toString('base64url'))
  return {
    write (scope, position) {
      const payload = Buffer.from(JSON.stringify(position)).toString('base64url')
      return `${payload}.${mac(scope, payload).toString()}`
    },
    read (scope, cursor) {
      const dot = cursor.indexOf('.')
      const payload = cursor.slice(0, Math.max(0, dot))
      const expected = mac(scope, payload)
      const given = Buffer.from(cursor.slice(dot + 1))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError(400, 'cursor.invalid', 'query /cursor is not a cursor of this list with these filters: take it from nextCursor of the page before', {
          errors: [{ in: 'query', pointer: '/cursor', code: 'cursor.invalid', message: 'must be the nextCursor of the page before, with the same filters' }]
        })
      }
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Array<string | number>
    }
  }
}

/** A transaction shows up in pg_stat_activity a moment after it has taken its start as `now()`. */
const MARGIN_MS = 1000
const CACHE_MS = 50

const OLDEST = {
  name: 'kernel-as-of',
  text: `SELECT date_trunc('milliseconds', LEAST(now(), min("xact_start")) - interval '${MARGIN_MS} milliseconds') AS "asOf"
    FROM pg_stat_activity WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`
}

/** Rows carry the start of their transaction as `updatedAt`; so nothing older than the oldest running one can still appear. */
export function createAsOf (db: Database): () => Promise<Date> {
  let askedAt = -Infinity
  let answer: Promise<Date> | null = null
  return async () => {
    if (answer === null || performance.now() - askedAt > CACHE_MS) {
      askedAt = performance.now()
      answer = db.query<{ asOf: Date }>(OLDEST).then(({ rows }) => rows[0]!.asOf)
      answer.catch(() => { answer = null })
    }
    return await answer
  }
}
