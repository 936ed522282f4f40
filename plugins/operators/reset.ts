// `npm run operator:reset [-- <e-mail>]`: gives an operator a new password, also while the service runs.
import type { CommandManifest, Database } from '#kernel'
import type { OperatorsConfig } from './configuration.js'
import { hashPassword, randomText, setPasswordCost } from './password.js'
import { normaliseEmail } from './service.js'
import { deleteSessionsOf, findByEmail, listOperators, updateOperator, type OperatorRow } from './store.js'

const PASSWORD_LENGTH = 24

export const resetCommand: CommandManifest = {
  title: 'Gives an operator a new password: the one with this e-mail, else the first',
  async run ({ db, config, args: [email] }) {
    setPasswordCost((config as OperatorsConfig).passwordCost)
    return await resetPassword(db, email)
  }
}

/** Without an e-mail: the one who was first. */
async function findOperator (db: Database, email: string | undefined): Promise<OperatorRow> {
  const { rows: [table] } = await db.query<{ exists: boolean }>('SELECT to_regclass(\'"Operator"\') IS NOT NULL AS "exists"')
  const found = table?.exists !== true
    ? undefined
    : email === undefined
      ? (await listOperators(db, '', null, 1))[0]
      : await findByEmail(db, normaliseEmail(email))
  if (found !== undefined) return found
  throw new Error(email === undefined
    ? 'There is no operator yet: the first start of the service makes one and prints the password.'
    : `There is no operator with the e-mail ${email}.`)
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
