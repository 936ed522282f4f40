// Transactions on pooled `pg` clients.
import type { Writable } from 'node:stream'
import type pg from 'pg'
import type { Database, Tx } from '../kernel/database.js'
import type { Call } from '../kernel/call.js'
import { asDatabaseError, timeoutError } from './database-errors.js'
import { run } from './session.js'

type Effect = () => void | Promise<void>

/** The effects of a commit, in order. One that fails is logged: the change is made, and its caller must not read otherwise. */
export async function runEffects (effects: readonly Effect[], log: (line: string) => void): Promise<void> {
  for (const effect of effects) {
    try {
      await effect()
    } catch (error) {
      log(`an effect of a committed transaction failed: ${(error as Error).stack ?? String(error)}`)
    }
  }
}

/**
 * What the work of a transaction gets to run its statements with. It takes none once the work has ended: what then is still on
 * its way would run after the COMMIT or ROLLBACK, for itself or in somebody else's transaction.
 */
export class OpenTransaction {
  readonly effects: Effect[] = []
  readonly #sent: Array<Promise<unknown>> = []
  #ended = false

  parts (client: () => pg.ClientBase | null | undefined, call: Call | null): Tx {
    const query: Tx['query'] = async (statement, values) => {
      const connection = this.#ended ? null : client()
      if (connection === null || connection === undefined) throw timeoutError(new Error('the transaction has ended'))
      return await run(connection, statement, values)
    }
    return {
      call,
      drafts: [],
      afterCommit: effect => { this.effects.push(effect) },
      query,
      send: (statement, values, refuse = error => error) => {
        gather(client())
        const answer = query(statement, values).catch((error: unknown) => { throw refuse(error) })
        // Whoever waits for `sent` learns of it; until then it is no unhandled rejection.
        answer.catch(() => {})
        this.#sent.push(answer)
      }
    }
  }

  /** Waits for what nobody has waited for. @throws what the first that failed threw */
  async sent (): Promise<void> {
    await Promise.all(this.#sent)
  }

  /** Why it failed: a statement that was sent before the error came up is the cause of it. */
  async cause (error: unknown): Promise<unknown> {
    return await this.sent().then(() => error, (first: unknown) => first)
  }

  /** Runs work for at most `timeoutMs`, then calls `expire`. @throws what work throws; `25P04` when it took too long */
  async during<T> (work: () => Promise<T>, timeoutMs: number, expire: () => void = () => {}): Promise<T> {
    let expired = false
    const timer = setTimeout(() => {
      expired = true
      this.#ended = true
      expire()
    }, timeoutMs)
    try {
      const result = await work()
      if (expired) throw timeoutError()
      return result
    } catch (error) {
      throw expired ? timeoutError(error) : error
    } finally {
      clearTimeout(timer)
      this.#ended = true
    }
  }
}

const streamOf = (client: pg.ClientBase | null | undefined): Writable | undefined =>
  (client as { connection?: { stream?: Writable } } | null | undefined)?.connection?.stream

/** What is sent before this tick ends leaves in one packet. `pg` corks its socket around each statement; this does around several. */
function gather (client: pg.ClientBase | null | undefined): void {
  const stream = streamOf(client)
  if (stream === undefined) return
  stream.cork()
  process.nextTick(() => { stream.uncork() })
}

/** statement_timeout bounds one statement, `timeoutMs` their sum. */
export function createTransaction (pool: pg.Pool, timeoutMs: number, log: (line: string) => void): Database['transaction'] {
  return async <T>(work: (tx: Tx) => Promise<T>, call: Call | null = null): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => { throw asDatabaseError(error) })
    const transaction = new OpenTransaction()
    let released = false
    const release = (error?: Error): void => {
      if (!released) client.release(error)
      released = true
    }
    let result: T
    try {
      // Not waited for: it travels with the first statement, which fails when it does.
      gather(client)
      client.query('BEGIN').catch(() => {})
      const expire = (): void => {
        // Ending the connection would wait for the statement that runs too long.
        streamOf(client)?.destroy()
        release(timeoutError())
      }
      result = await transaction.during(async () => await work(transaction.parts(() => client, call)), timeoutMs, expire)
      // Not waiting for what was sent is safe: where a statement has failed, PostgreSQL takes COMMIT for ROLLBACK, and says so.
      const [commit] = await Promise.all([client.query('COMMIT'), transaction.sent()])
      if (commit.command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement had failed and its error was not passed on')
      release()
    } catch (error) {
      const cause = await transaction.cause(error)
      if (!released) release(await client.query('ROLLBACK').then(() => undefined, (failure: Error) => failure))
      throw asDatabaseError(cause)
    }
    await runEffects(transaction.effects, log)
    return result
  }
}
