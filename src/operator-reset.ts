// `npm run operator:reset [-- <e-mail>]`: gives an operator a new password, also while the service runs.
import { runCommand } from './command.js'
import { ConfigError, loadConfig } from './config.js'
import type { Database } from './kernel/database.js'
import { openDatabase } from './platform/database.js'
import { startEmbeddedPostgres } from './platform/embedded-postgres/server.js'
import { findRunningDatabase } from './platform/running-database.js'
import { hashPassword, randomText, setPasswordCost } from '../plugins/operators/password.js'
import { normaliseEmail } from '../plugins/operators/service.js'
import { deleteSessionsOf, findByEmail, listOperators, updateOperator, type OperatorRow } from '../plugins/operators/store.js'

const PASSWORD_LENGTH = 24

/** Runs `work` on the database of this configuration, wherever that is at the moment. */
async function withDatabase<T> (work: (db: Database) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl, passwordCost } = loadConfig()
  setPasswordCost(passwordCost)
  const running = databaseUrl ?? await findRunningDatabase(dataDir)
  const own = running === null ? await startEmbeddedPostgres({ dataDir, log: () => {} }) : null
  try {
    const db = await openDatabase({ connection: running ?? own!.url, poolSize: 2, applicationName: 'logistics-wms' })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await own?.stop()
  }
}

/** Without an e-mail: the one who was first. */
async function findOperator (db: Database, email: string | undefined): Promise<OperatorRow> {
  const { rows: [table] } = await db.query<{ exists: boolean }>('SELECT to_regclass(\'"Operator"\') IS NOT NULL AS "exists"')
  const found = table?.exists !== true ? undefined : email === undefined ? (await listOperators(db, '', null, 1))[0] : await findByEmail(db, normaliseEmail(email))
  if (found !== undefined) return found
  throw new ConfigError([email === undefined
    ? 'There is no operator yet: the first start of the service makes one and prints the password.'
    : `There is no operator with the e-mail ${email}.`])
}

/** Sets a new password and ends all sessions of the operator. */
async function resetPassword (db: Database, email: string | undefined): Promise<string[]> {
  const operator = await findOperator(db, email)
  const password = randomText(PASSWORD_LENGTH)
  const passwordHash = await hashPassword(password)
  await db.ormTransaction(async tx => {
    await updateOperator(tx, operator.id, { ...operator, passwordHash })
    await deleteSessionsOf(tx, operator.id, null)
  })
  const lines = [`New password of ${operator.email}: ${password}`, 'It is shown only here. All sessions of this operator have ended.']
  return operator.enabled ? lines : [...lines, 'The operator is disabled: another one must enable the account before it can sign in.']
}

await runCommand(async ([email]) => await withDatabase(async db => await resetPassword(db, email)))
