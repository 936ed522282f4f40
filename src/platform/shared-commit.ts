// Transactions that only append rows share a commit: one packet there, one wait for the disk, one packet back, for all that came meanwhile.
import type pg from 'pg'
import type { RowWriter, Statement } from '../kernel/database.js'
import { asDatabaseError } from './database-errors.js'
import { cut, gather } from './packet.js'
import type { LeasingPool } from './pool.js'
import { BEGIN, run } from './session.js'

/** Rows that wait for their statement, by what writes them, in the order in which the first of each came. */
export type Gathered = Map<RowWriter<unknown>, unknown[]>

export function append (gathered: Gathered, writer: RowWriter<unknown>, rows: readonly unknown[]): void {
  const known = gathered.get(writer)
  if (known === undefined) gathered.set(writer, [...rows])
  else known.push(...rows)
}

/** Together they stay small enough that a commit takes milliseconds. */
const MAX_TOGETHER = 64
const BEGIN_ALONE = 'BEGIN'
/** Who has to wait for somebody's lock waits alone. */
const BEGIN_TOGETHER = `${BEGIN}; SET LOCAL lock_timeout TO 50`

interface Waiting { rows: Gathered, resolve: () => void, reject: (error: unknown) => void }

/** `refusal`: what the caller gets instead of the database's error. */
interface Failure { error: unknown, refusal: unknown }

/**
 * One commit is under way at a time, the next gathers behind it. Where the rows of some can't be written, each is written alone, so that
 * none fails for another's reason.
 * @returns writes and commits rows; throws what their writer makes of the error
 */
export function createSharedCommits (pool: LeasingPool, timeoutMs: number): (rows: Gathered) => Promise<void> {
  const waiting: Waiting[] = []
  let running = false

  const commit = async (rows: Gathered, begin: string): Promise<Failure | null> => {
    let client: pg.PoolClient | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      // Made before anything is sent: a statement that can't be made must not be missing from what is committed.
      const statements = [...rows].map(([writer, list]) => [writer, writer.statementOf(list)] as const)
      client = await pool.take()
      timer = setTimeout(cut, timeoutMs, client)
      const failure = await inOnePacket(client, begin, statements)
      client.release(failure === null ? undefined : await client.query('ROLLBACK').then(() => undefined, (error: Error) => error))
      return failure
    } catch (error) {
      client?.release(error as Error)
      return plain(asDatabaseError(error))
    } finally {
      clearTimeout(timer)
    }
  }

  const settle = ({ resolve, reject }: Waiting, failure: Failure | null): void => {
    if (failure === null) resolve()
    else reject(failure.refusal)
  }

  const commitAll = async (batch: readonly Waiting[]): Promise<void> => {
    const alone = batch.length === 1
    const failure = await commit(together(batch), alone ? BEGIN_ALONE : BEGIN_TOGETHER)
    if (failure === null || alone || isLost(failure.error)) return batch.forEach(each => { settle(each, failure) })
    for (const each of batch) commit(each.rows, BEGIN_ALONE).then(own => { settle(each, own) }, each.reject)
  }

  const drain = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) await commitAll(waiting.splice(0, MAX_TOGETHER))
    running = false
  }

  return async rows => {
    if (rows.size === 0) return
    await new Promise<void>((resolve, reject) => {
      waiting.push({ rows, resolve, reject })
      if (!running) drain().catch(reject)
    })
  }
}

type Prepared = readonly [RowWriter<unknown>, [Statement, readonly unknown[]]]

/** Not waiting in between is safe: where a statement has failed, PostgreSQL takes COMMIT for ROLLBACK. */
async function inOnePacket (client: pg.ClientBase, begin: string, statements: readonly Prepared[]): Promise<Failure | null> {
  gather(client)
  const begun = client.query(begin).then(() => null, plain)
  const written = statements.map(async ([{ refuse }, [statement, values]]) =>
    await run(client, statement, values).then(() => null, (error: unknown) => ({ error, refusal: refuse?.(error) ?? error })))
  const committed = client.query('COMMIT').then(() => null, plain)
  return (await Promise.all([begun, ...written, committed])).find(failure => failure !== null) ?? null
}

const plain = (error: unknown): Failure => ({ error, refusal: asDatabaseError(error) })

function together (batch: readonly Waiting[]): Gathered {
  const all: Gathered = new Map()
  for (const { rows } of batch) for (const [writer, list] of rows) append(all, writer, list)
  return all
}

/** The connection or the server is gone: whether the commit was made is not known, so it must not be made again. */
function isLost (error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '')
  return !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|53|57P|58|XX)/.test(code)
}
