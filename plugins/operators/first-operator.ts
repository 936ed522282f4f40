// Someone must be able to sign in to a fresh installation: the first operator, an admin, made once however many processes start.
import { newId, type Database } from '#kernel'
import type { OperatorsConfig } from './configuration.js'
import { hashPassword, isAcceptable, PASSWORD_MAX, PASSWORD_MIN, randomText } from './password.js'
import { normaliseEmail } from './service.js'
import * as store from './store.js'

const GENERATED_LENGTH = 24

/**
 * Creates the first operator when there is none.
 * @param announce prints the generated password; called after the commit, by the one process that created it
 * @throws Error for a configured password that is not accepted
 */
export async function createFirstOperator (
  db: Database, { email, password }: Pick<OperatorsConfig, 'email' | 'password'>, announce: (line: string) => void
): Promise<void> {
  if (await store.hasOperators(db)) return
  const chosen = password ?? randomText(GENERATED_LENGTH)
  if (!isAcceptable(chosen)) throw new Error(`OPERATOR_PASSWORD must have ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`)
  const passwordHash = await hashPassword(chosen)
  const created = await db.transaction(async tx => {
    await store.lockFirstOperator(tx)
    if (await store.hasOperators(tx)) return false
    const draft = { id: newId('opr'), email: normaliseEmail(email), name: 'First operator', role: 'admin' as const, passwordHash }
    return await store.insertOperator(tx, draft) !== undefined
  })
  if (created && password === null) {
    announce(`First operator: ${email} with password ${chosen} (shown once; change it or run npm run operator:reset)`)
  }
}
