// Advisory locks of PostgreSQL: all numbers in one place, so that no two meet. They are the same in all versions: processes of two may run side by side.

/** First number of the locks that exist once. */
const ONCE = 19670
/** First number of locks by a name that plugins choose. */
const NAMED = 19673

const NUMBERS = { migrations: 0, sequencer: 1, partitions: 2, switches: 3, scripts: 4, testTemplates: 99, signingKey: 300, firstOperator: 301 } as const

type Lock = keyof typeof NUMBERS

/** Waits for the lock, until the transaction ends. */
export const lockOnce = (lock: Lock): string => `SELECT pg_advisory_xact_lock(${ONCE}, ${NUMBERS[lock]})`

/** Does not wait: `locked` says whether the transaction has it. */
export const tryLockOnce = (lock: Lock): string => `SELECT pg_try_advisory_xact_lock(${ONCE}, ${NUMBERS[lock]}) AS "locked"`

/** Waits for the lock, until the session ends. */
export const lockSession = (lock: Lock): string => `SELECT pg_advisory_lock(${ONCE}, ${NUMBERS[lock]})`

/** For plugins from outside: waits for the lock of this name (`<plugin>.<what>`, a constant), until the transaction ends. */
export const lockNamed = (name: string): string => `SELECT pg_advisory_xact_lock(${NAMED}, hashtext('${name.replaceAll('\'', '\'\'')}'))`

/** First numbers of locks by the id of an object: of the queue of a webhook, of the presence of a worker, of a receipt's reference. */
export const LOCKS_BY_ID = { webhookQueue: 19671, workerPresence: 19672, receiptReference: 19674 } as const
