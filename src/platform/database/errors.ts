// Errors of the database in one shape, whichever way they came.

/** SQLSTATE class 08: the connection, not the statement, is the problem. */
const CONNECTION_FAILURE = '08006'
const TRANSACTION_TIMEOUT = '25P04'

/** What `pg` says without a code when a connection breaks, can't be made, or is not to be had in time. */
const CONNECTION_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired)/

/** An established connection that breaks may also show as the socket's own error: EPIPE, ECONNRESET, ETIMEDOUT. */
const SOCKET_CALLS: ReadonlySet<unknown> = new Set(['read', 'write'])

/** What Prisma makes of a connection that can't be made, breaks, or is not to be had in time. */
const PRISMA_CONNECTION_CODES: ReadonlySet<unknown> = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'])
const PRISMA_CONNECTION_KINDS: ReadonlySet<unknown> = new Set(['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TlsConnectionError',
  'TooManyConnections'])
const WITHIN_PRISMA = new RegExp([
  'Connection terminated', 'Client has encountered a connection error', 'Client was closed', 'timeout exceeded when trying to connect', 'timeout expired',
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'
].join('|'))

interface ForeignError {
  code?: unknown
  syscall?: unknown
  meta?: { driverAdapterError?: { cause?: { kind?: string, originalCode?: string, originalMessage?: string, constraint?: { index?: string } } } }
}

/**
 * Gives what `pg` or Prisma threw PostgreSQL's SQLSTATE as `code`, and the name of the violated constraint as `constraint`.
 * What did not come from the database stays as it is.
 */
export function asDatabaseError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, syscall, meta } = error as ForeignError
  const isBroken = SOCKET_CALLS.has(syscall) || (code === undefined && CONNECTION_MESSAGES.test(error.message))
  if (isBroken) return Object.assign(error, { code: CONNECTION_FAILURE })
  const cause = meta?.driverAdapterError?.cause
  if (cause?.originalCode !== undefined) {
    const message = cause.originalMessage ?? error.message
    const constraint = cause.constraint?.index ?? /constraint "([^"]+)"/.exec(message)?.[1]
    return Object.assign(new Error(message, { cause: error }), { code: cause.originalCode, constraint })
  }
  if (code === 'P2028') return timeoutError(error)
  const isLost = PRISMA_CONNECTION_CODES.has(code) || PRISMA_CONNECTION_KINDS.has(cause?.kind) ||
    (error.name.startsWith('PrismaClient') && WITHIN_PRISMA.test(error.message))
  return isLost ? Object.assign(new Error(error.message, { cause: error }), { code: CONNECTION_FAILURE }) : error
}

export function timeoutError (cause?: unknown): Error {
  return Object.assign(new Error('the transaction took too long and was rolled back', { cause }), { code: TRANSACTION_TIMEOUT })
}
