// What the kernel and the plugins know about the database. src/platform/database implements it. What authors of statements have to know:
// - In a transaction plans are generic and never scan a table from end to end: the first execution decides how later ones look for rows, and a
//   plan made while a table was small must not scan it for ever. Give every statement there an index that leads to its rows.
// - A statement with a name is prepared once per connection under that name: one name, one text. A name per number of rows would fill the
//   server's memory; pass arrays (`unnest($1::text[])`, `= ANY ($1::text[])`).
// - Arrays travel in binary where the statement's text says their type right behind the parameter (`$1::text[]`): write the cast.
// - Values are never part of the text. What chooses a plan (a status in a partial index) is a constant of the statement, and not a caller's text.
import type { PrismaClient, Prisma } from '../../generated/prisma/client.js'
import type { Call } from './call.js'

/** A statement with a name is prepared once per connection; use one for every statement on a hot path. */
export interface Statement {
  name: string
  text: string
  /** It reads a few rows by their key and waits for no lock: outside transactions such statements share connections, one behind the other. */
  isLookup?: true
}

export interface Rows<Row> { rows: Row[], rowCount: number }

/** Something that runs SQL: the pool, a `pg` transaction or an interactive Prisma transaction. */
export interface Queryable {
  /**
   * Values are sent apart from the text. Timestamps come back as Date, bigint and numeric as number, json as objects.
   * On a Prisma transaction cast parameters that are not text (`$1::timestamptz`, `$2::jsonb`).
   */
  query: <Row = Record<string, unknown>>(statement: string | Statement, values?: readonly unknown[]) => Promise<Rows<Row>>
}

/** Writes rows of one kind, wherever in a transaction they arose, with one statement. */
export interface RowWriter<Row> {
  statementOf: (rows: readonly Row[]) => [Statement, readonly unknown[]]
  /** What the transaction fails with instead of the statement's own error. */
  refuse?: (error: unknown) => unknown
}

/** A running transaction. */
export interface Tx extends Queryable {
  /** The call on whose behalf it runs; null for workers. Gives events their actor and request id. */
  readonly call: Call | null
  /**
   * Sends a statement without waiting for its answer, which nothing here depends on: it travels with the next statement or the COMMIT.
   * Order is kept, and when it fails the transaction does.
   */
  send: (statement: Statement, values: readonly unknown[]) => void
  /** Adds a row to what is written just before the COMMIT. Transactions that do nothing else share one: their statements, and its wait. */
  append: <Row>(writer: RowWriter<Row>, row: Row) => void
  /** Writes what was appended so far and waits for it, to find out whether it can be. */
  written: () => Promise<void>
  /** Runs after the commit and before the answer leaves, in the order of registration; not after a rollback. */
  afterCommit: (effect: () => void | Promise<void>) => void
}

/** A transaction that also speaks Prisma. */
export interface OrmTx extends Tx { readonly orm: Prisma.TransactionClient }

export interface Database extends Queryable {
  /** Runs `work` in one transaction on a pooled connection: commits what it returns, rolls back what it throws. READ COMMITTED. */
  transaction: <T>(work: (tx: Tx) => Promise<T>, call?: Call | null) => Promise<T>
  /** The same in an interactive Prisma transaction: for ordinary writes, 3 to 4 times as expensive. */
  ormTransaction: <T>(work: (tx: OrmTx) => Promise<T>, call?: Call | null) => Promise<T>
  /** Prisma outside a transaction, for reads that are not hot. */
  readonly orm: PrismaClient
  /** A connection of its own outside the pool (LISTEN, NOTIFY, session locks). The caller ends it. */
  connect: (purpose: string) => Promise<DatabaseConnection>
}

export interface DatabaseConnection extends Queryable {
  on: (event: 'notification' | 'end', listener: (payload: string) => void) => void
  end: () => Promise<void>
}
