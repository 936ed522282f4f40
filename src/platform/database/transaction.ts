// Transactions on pooled `pg` clients.
import type pg from 'pg'
import type { BatchMeasure } from '../../kernel/contract/batcher.js'
import type { Call } from '../../kernel/contract/call.js'
import type { Database, RowWriter, Statement, Tx } from '../../kernel/contract/database.js'
import type { LiveTx } from '../../kernel/host/foundation.js'
import { asDatabaseError, timeoutError } from './errors.js'
import { cut, cork } from './client-socket.js'
import type { LeasingPool } from './pool.js'
import { BEGIN, run } from './session.js'
import { append, createSharedCommits, type BufferedRows } from './shared-commit.js'

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

type Connection = pg.ClientBase | null | undefined
/** The connection of a transaction, on which it has begun: a promise until it is there, so that nothing is sent out of order. */
type Connect = () => Connection | Promise<Connection>

/**
 * What the work of a transaction gets to run its statements with. It takes none once the work has ended: what then is still on
 * its way would run after the COMMIT or ROLLBACK, for itself or in someone else's transaction.
 */
export class OpenTransaction {
  readonly effects: Effect[] = []
  readonly #connect: Connect
  readonly #call: Call | null
  readonly #sent: Array<Promise<unknown>> = []
  #buffered: BufferedRows = new Map()
  #connected = false
  #ended = false

  /** @param connect asked before each statement */
  constructor (connect: Connect, call: Call | null) {
    this.#connect = connect
    this.#call = call
  }

  /** Nothing was asked of the database so far. */
  get isBlind (): boolean { return !this.#connected }

  readonly query: Tx['query'] = async (statement, values) => {
    const connection = this.#connection()
    return await run(open(connection instanceof Promise ? await connection : connection), statement, values)
  }

  #connection (): ReturnType<Connect> {
    if (this.#ended) return null
    this.#connected = true
    return this.#connect()
  }

  readonly parts = (): LiveTx => ({
    call: this.#call,
    drafts: [],
    afterCommit: effect => { this.effects.push(effect) },
    query: this.query,
    send: (statement, values) => { this.#send(statement, values) },
    append: (writer, row) => {
      if (this.#ended) throw timeoutError(new Error('the transaction has ended'))
      append(this.#buffered, writer as RowWriter<unknown>, [row])
    },
    written: async () => {
      this.flush()
      await this.sent()
    }
  })

  #send (statement: Statement, values: readonly unknown[], refuse: (error: unknown) => unknown = error => error): void {
    const send = async (client: Connection): Promise<unknown> => {
      cork(open(client))
      return await run(open(client), statement, values)
    }
    const connection = this.#connection()
    const answer = (connection instanceof Promise ? connection.then(send) : send(connection)).catch((error: unknown) => { throw refuse(error) })
    // The caller that waits for `sent` learns of it; until then it is no unhandled rejection.
    answer.catch(() => {})
    this.#sent.push(answer)
  }

  /** Sends the statements for the rows that were buffered. */
  flush (): void {
    for (const [writer, rows] of this.taken()) this.#send(...writer.statementOf(rows), writer.refuse)
  }

  /** The rows that were buffered, which from now on are the caller's to write. */
  taken (): BufferedRows {
    const buffered = this.#buffered
    this.#buffered = new Map()
    return buffered
  }

  /** Waits for what no one has waited for. @throws what the first that failed threw */
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
      // What is still to be written belongs to it; what someone asks for from now on does not.
      if (!this.isBlind) this.flush()
      return result
    } catch (error) {
      throw expired ? timeoutError(error) : error
    } finally {
      clearTimeout(timer)
      this.#ended = true
    }
  }
}

function open (connection: Connection): pg.ClientBase {
  if (connection === null || connection === undefined) throw timeoutError(new Error('the transaction has ended'))
  return connection
}

interface Options {
  timeoutMs: number
  log: (line: string) => void
  /** Notes the commits that transactions share. */
  measure?: BatchMeasure | undefined
}

/**
 * statement_timeout bounds one statement, `timeoutMs` their sum.
 * @param own connections of the commits that transactions share
 */
export function createTransaction (pool: LeasingPool, own: LeasingPool, { timeoutMs, log, measure }: Options): Database['transaction'] {
  const commitTogether = createSharedCommits(own, pool, { timeoutMs, measure })
  return async <T>(work: (tx: Tx) => Promise<T>, call: Call | null = null): Promise<T> => {
    let opening: Promise<pg.PoolClient> | null = null
    let ready: pg.PoolClient | null = null
    let released = false
    const begin = async (): Promise<pg.PoolClient> => {
      const client = await pool.take().catch((error: unknown) => { throw asDatabaseError(error) })
      // Not waited for: it travels with the first statement, which fails when it does.
      cork(client)
      client.query(BEGIN).catch(() => {})
      return client
    }
    const connect = (): pg.PoolClient | Promise<pg.PoolClient> => {
      if (ready !== null) return ready
      if (opening === null) {
        opening = begin()
        // Before anybody else learns of it, so that no one overtakes those who wait for it.
        opening.then(client => { ready = client }, () => {})
      }
      return opening
    }
    const release = (error?: Error): void => {
      if (ready === null || released) return
      released = true
      ready.release(error)
    }
    const expire = (): void => {
      if (ready !== null) cut(ready)
      release(timeoutError())
    }
    const transaction = new OpenTransaction(connect, call)
    let result: T
    try {
      result = await transaction.during(async () => await work(transaction.parts()), timeoutMs, expire)
      if (transaction.isBlind) {
        await commitTogether(transaction.taken())
      } else {
        // Not waiting for what was sent is safe: where a statement has failed, PostgreSQL takes COMMIT for ROLLBACK, and says so.
        const client = await connect()
        const [{ command }] = await Promise.all([client.query('COMMIT'), transaction.sent()])
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement had failed and its error was not passed on')
        release()
      }
    } catch (error) {
      const cause = await transaction.cause(error)
      const client = transaction.isBlind ? null : await Promise.resolve(connect()).catch(() => null)
      if (client !== null && !released) release(await client.query('ROLLBACK').then(() => undefined, (failure: Error) => failure))
      throw asDatabaseError(cause)
    }
    await runEffects(transaction.effects, log)
    return result
  }
}
