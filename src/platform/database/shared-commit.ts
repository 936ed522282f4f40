// Transactions that only append rows share a commit: one packet there, one wait for the disk, one packet back, for all that came meanwhile.
import type pg from 'pg'
import type { RowWriter, Statement } from '../../kernel/contract/database.js'
import { createBatcher, type BatchMeasure, type Queued } from '../../kernel/contract/batcher.js'
import { asDatabaseError } from './errors.js'
import { cut, cork } from './client-socket.js'
import type { LeasingPool } from './pool.js'
import { BEGIN, run } from './session.js'

/** Rows that wait for their statement, by what writes them, in the order in which the first of each came. */
export type BufferedRows = Map<RowWriter<unknown>, unknown[]>

export function append (buffered: BufferedRows, writer: RowWriter<unknown>, rows: readonly unknown[]): void {
  const known = buffered.get(writer)
  if (known === undefined) buffered.set(writer, [...rows])
  else known.push(...rows)
}

/** Together they stay small enough that a commit takes milliseconds. */
const MAX_TOGETHER = 64
/** Who has to wait for someone's lock waits alone. */
const BEGIN_TOGETHER = `${BEGIN}; SET LOCAL lock_timeout TO 50`
const BEGIN_ALONE = 'BEGIN'
/** Rows have timestamps in them: later they would appear in lists before what is called complete there (`asOf`, which leaves a second). */
const MAX_AGE_MS = 500

interface Waiting { rows: BufferedRows, resolve: () => void, reject: (error: unknown) => void }
type Batch = ReadonlyArray<Queued<Waiting>>

/** `refusal`: what the caller gets instead of the database's error. `isUnsent`: nothing of it has reached the database. */
interface Failure { error: unknown, refusal: unknown, isUnsent?: boolean }

/**
 * One commit is under way at a time, the next batch is buffered meanwhile. Where the rows of some can't be written, each is written alone, so that
 * none fails for another's reason, and none waits for another's lock.
 * @param own connections that no one else uses, so that there is no wait for one
 * @param pool for those that are written alone
 * @returns writes and commits rows; throws what their writer makes of the error, `40001` with `isUnsent` when it could not be begun in time
 */
export function createSharedCommits (
  own: LeasingPool, pool: LeasingPool, { timeoutMs, measure }: { timeoutMs: number, measure?: BatchMeasure | undefined }
): (rows: BufferedRows) => Promise<void> {
  /** Those that were tried, and why they could not be committed; the others are refused. */
  const attempt = async (from: LeasingPool, begin: string, batch: Batch): Promise<{ tried: readonly Waiting[], failure: Failure | null }> => {
    let client: pg.PoolClient
    try {
      client = await from.take()
    } catch (error) {
      return { tried: batch.map(({ item }) => item), failure: plain(error) }
    }
    const now = performance.now()
    const isLate = ({ since }: { since: number }): boolean => now - since > MAX_AGE_MS
    for (const each of batch) if (isLate(each)) each.item.reject(tooLate())
    const tried = batch.filter(each => !isLate(each)).map(({ item }) => item)
    let statements: Prepared[] = []
    try {
      // Made before anything is sent: a statement that can't be made must not be missing from what is committed.
      statements = [...together(tried)].map(([writer, list]) => [writer, writer.statementOf(list)] as const)
    } catch (error) {
      client.release()
      return { tried, failure: { error, refusal: error, isUnsent: true } }
    }
    const timer = setTimeout(cut, timeoutMs, client)
    const failure = statements.length === 0 ? null : await inOnePacket(client, begin, statements)
    client.release(failure === null ? undefined : await client.query('ROLLBACK').then(() => undefined, (error: Error) => error))
    clearTimeout(timer)
    return { tried, failure }
  }

  const flush = async (batch: Batch): Promise<void> => {
    const { tried, failure } = await attempt(own, BEGIN_TOGETHER, batch)
    if (failure === null) return tried.forEach(({ resolve }) => { resolve() })
    const isFinal = failure.isUnsent !== true && (isLost(failure.error) || (tried.length === 1 && codeOf(failure.error) !== LOCK_TIMEOUT))
    if (isFinal) return tried.forEach(({ reject }) => { reject(failure.refusal) })
    for (const each of batch.filter(({ item }) => tried.includes(item))) {
      attempt(pool, BEGIN_ALONE, [each]).then(alone => {
        if (alone.failure === null) each.item.resolve()
        else each.item.reject(alone.failure.refusal)
      }, each.item.reject)
    }
  }

  const batcher = createBatcher<Waiting>({ most: MAX_TOGETHER, flush, measure })
  return async rows => {
    if (rows.size > 0) await new Promise<void>((resolve, reject) => { batcher.add({ rows, resolve, reject }) })
  }
}

type Prepared = readonly [RowWriter<unknown>, [Statement, readonly unknown[]]]

/** Not waiting in between is safe: where a statement has failed, PostgreSQL takes COMMIT for ROLLBACK. */
async function inOnePacket (client: pg.ClientBase, begin: string, statements: readonly Prepared[]): Promise<Failure | null> {
  cork(client)
  const begun = client.query(begin).then(() => null, plain)
  const written = statements.map(async ([{ refuse }, [statement, values]]) =>
    await run(client, statement, values).then(() => null, (error: unknown) => ({ error, refusal: refuse?.(error) ?? error })))
  const committed = client.query('COMMIT').then(() => null, plain)
  return (await Promise.all([begun, ...written, committed])).find(failure => failure !== null) ?? null
}

const plain = (error: unknown): Failure => ({ error, refusal: asDatabaseError(error) })

function together (batch: readonly Waiting[]): BufferedRows {
  const all: BufferedRows = new Map()
  for (const { rows } of batch) for (const [writer, list] of rows) append(all, writer, list)
  return all
}

const LOCK_TIMEOUT = '55P03'
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** The connection or the server is gone: whether the commit was made is not known, so it must not be made again. */
const isLost = (error: unknown): boolean => !/^[0-9A-Z]{5}$/.test(codeOf(error)) || /^(?:08|53|57P|58|XX)/.test(codeOf(error))

function tooLate (): Error {
  return Object.assign(new Error('it could not be committed in time'), { code: '40001', isUnsent: true })
}
