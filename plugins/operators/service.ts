// The rules of operators: who may exist, and that an enabled admin always remains.
import { brokenRule, timestampOf, newId, type Database, type Kernel, type OrmTx, type Page } from '#kernel'
import { emailTaken, lastAdmin, operatorNotFound, ownAccount, wrongPassword } from './errors.js'
import { hashPassword, isAcceptable, PASSWORD_MAX, PASSWORD_MIN } from './password.js'
import type { OperatorDraft, OperatorFilters, OperatorPatch, OperatorView } from './schemas.js'
import * as store from './store.js'

/** One address, one spelling: operators are found without regard to case. */
export function normaliseEmail (email: string): string {
  return email.normalize('NFC').toLowerCase()
}

/** Without the password's hash. */
export function viewOf (row: store.OperatorRow): OperatorView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    enabled: row.enabled,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null
  }
}

/**
 * Hashes a password that is to be set; before the transaction, for it takes long.
 * @throws AppError 422 when its length after normalisation is not accepted
 */
export async function newPasswordHash (password: string, pointer: string): Promise<string> {
  if (!isAcceptable(password)) {
    throw brokenRule('password.length', pointer, `must have ${PASSWORD_MIN} to ${PASSWORD_MAX} characters after Unicode normalisation (NFKC)`)
  }
  return await hashPassword(password)
}

/** @throws AppError 404 */
export async function readOperator (db: Database, id: string): Promise<store.OperatorRow> {
  const row = await store.readOperator(db, id)
  if (row === undefined) throw operatorNotFound(id)
  return row
}

/** A page of operators in order of creation. @throws AppError 400 for a cursor of another list */
export async function listOperators (kernel: Kernel, { limit, cursor, updatedSince }: OperatorFilters): Promise<Page<OperatorView>> {
  return await kernel.page({
    scope: ['operator.list', updatedSince],
    limit,
    cursor,
    read: async (after, limit) =>
      await store.listOperators(kernel.db, after?.[0] ?? '', updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince), limit),
    positionOf: row => [row.id],
    toView: viewOf
  })
}

/** @throws AppError 409 when the e-mail is taken */
export async function createOperator (
  tx: OrmTx, draft: Omit<OperatorDraft, 'password'> & { passwordHash: string }
): Promise<store.OperatorRow> {
  const { email, name, role, passwordHash } = draft
  const row = await store.insertOperator(tx, { id: newId('opr'), email: normaliseEmail(email), name, role, passwordHash })
  if (row === undefined) throw emailTaken()
  return row
}

/** An operator locked for a change, together with whether it is the only enabled admin. */
interface LockedOperator { row: store.OperatorRow, isLastAdmin: boolean }

/** @throws AppError 404 */
export async function lockOperator (tx: OrmTx, id: string): Promise<LockedOperator> {
  const rows = await store.lockWithAdmins(tx, id)
  const row = rows.find(candidate => candidate.id === id)
  if (row === undefined) throw operatorNotFound(id)
  const isAdmin = (candidate: store.OperatorRow): boolean => candidate.role === 'admin' && candidate.enabled
  return { row, isLastAdmin: isAdmin(row) && rows.filter(isAdmin).length === 1 }
}

type OperatorChange = Omit<OperatorPatch, 'password'> & { passwordHash?: string }

/**
 * Changes an operator; a new role or password, or disabling, ends all its sessions. No difference: no new version.
 * @throws AppError 409 when no enabled admin would remain
 */
export async function updateOperator (tx: OrmTx, { row, isLastAdmin }: LockedOperator, change: OperatorChange): Promise<store.OperatorRow> {
  const next = { name: row.name, role: row.role, enabled: row.enabled, passwordHash: row.passwordHash, ...change }
  if (isLastAdmin && (next.role !== 'admin' || !next.enabled)) throw lastAdmin()
  const changesAccess = next.role !== row.role || next.enabled !== row.enabled || next.passwordHash !== row.passwordHash
  if (!changesAccess && next.name === row.name) return row
  if (changesAccess) await store.deleteSessionsOf(tx, row.id, null)
  return await store.updateOperator(tx, row.id, next)
}

/**
 * Sets one's own password; ends all one's other sessions.
 * @param checked the operator as it was when its current password was checked
 * @throws AppError 422 when the password was changed since, 404 when the operator was deleted
 */
export async function changeOwnPassword (
  tx: OrmTx, checked: store.OperatorRow, passwordHash: string, sessionId: string | null
): Promise<store.OperatorRow> {
  const { row } = await lockOperator(tx, checked.id)
  if (row.passwordHash !== checked.passwordHash) throw wrongPassword()
  await store.deleteSessionsOf(tx, row.id, sessionId)
  return await store.updateOperator(tx, row.id, { ...row, passwordHash })
}

/**
 * Deletes an operator and its sessions.
 * @throws AppError 409 for the caller's own account and for the last enabled admin
 */
export async function deleteOperator (tx: OrmTx, { row, isLastAdmin }: LockedOperator, callerId: string): Promise<void> {
  if (row.id === callerId) throw ownAccount()
  if (isLastAdmin) throw lastAdmin()
  await store.deleteOperator(tx, row.id)
}
