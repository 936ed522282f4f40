// Pages of lists: tamper-proof cursors, and the timestamp before which nothing can still appear.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Database } from '../kernel/contract/database.js'
import { AppError } from '../kernel/contract/errors.js'
import type { Kernel } from '../kernel/contract/kernel.js'
import type { Position } from '../kernel/contract/lists.js'

const MAC_BYTES = 12
const DEFAULT_LIMIT = 50

/** Opaque, of one list each: a cursor of another scope is refused. */
interface Cursors {
  write: (scope: string, position: Position) => string
  /** @throws AppError 400 `cursor.invalid` */
  read: (scope: string, cursor: string) => Array<string | number>
}

/** Cursors are readable but signed together with their scope: no one can forge a position or carry it to another list. */
export function createCursors (key: Buffer): Cursors {
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

export function createPages (cursors: Cursors, askAsOf: () => Promise<Date>): Kernel['page'] {
  return async ({ scope: parts, limit = DEFAULT_LIMIT, cursor, read, positionOf, toView }) => {
    const scope = JSON.stringify(parts)
    const position = cursor === undefined ? null : cursors.read(scope, cursor).map(String)
    // Asked before the rows are read: what commits in between is promised for the next walk.
    const asOf = position?.[0] ?? (await askAsOf()).toISOString()
    const found = await read(position?.slice(1) ?? null, limit + 1)
    const { rows, readTo } = 'rows' in found ? found : { rows: found, readTo: null }
    const next = rows.length > limit ? positionOf(rows[limit - 1]!) : readTo
    return { data: rows.slice(0, limit).map(row => toView(row)), nextCursor: next === null ? null : cursors.write(scope, [asOf, ...next]), asOf }
  }
}
