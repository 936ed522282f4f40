// All SQL of operators and their sessions.
import { lockOnce, type Database, type OrmTx, type Queryable, type Role, type Statement, type Tx } from '#kernel'

export interface OperatorRow {
  id: string
  email: string
  name: string
  passwordHash: string
  role: Role
  enabled: boolean
  version: number
  createdAt: Date
  updatedAt: Date
  lastSignInAt: Date | null
}

export interface SessionRow {
  id: string
  operatorId: string
  createdAt: Date
  lastSeenAt: Date
  idleExpiresAt: Date
  expiresAt: Date
}

/** A live call's session with what is needed of its operator. */
interface ResumedSession extends SessionRow { name: string, role: Role, enabled: boolean }

const COLUMNS = '"id", "email", "name", "passwordHash", "role", "enabled", "version", "createdAt", "updatedAt", "lastSignInAt"'

const BY_EMAIL: Statement = { name: 'operators-by-email', text: `SELECT ${COLUMNS} FROM "Operator" WHERE "email" = $1` }
const RESUME: Statement = {
  name: 'operators-session-resume',
  text: `SELECT s."id", s."operatorId", s."createdAt", s."lastSeenAt", s."idleExpiresAt", s."expiresAt", o."name", o."role", o."enabled"
    FROM "OperatorSession" s JOIN "Operator" o ON o."id" = s."operatorId" WHERE s."tokenHash" = $1`
}
const TOUCH: Statement = {
  name: 'operators-session-touch',
  text: `UPDATE "OperatorSession" SET "lastSeenAt" = $2::timestamptz, "idleExpiresAt" = LEAST($3::timestamptz, "expiresAt")
    WHERE "id" = $1 AND "lastSeenAt" < $2::timestamptz`
}

export async function findByEmail (db: Queryable, email: string): Promise<OperatorRow | undefined> {
  return (await db.query<OperatorRow>(BY_EMAIL, [email])).rows[0]
}

export async function readOperator (db: Queryable, id: string): Promise<OperatorRow | undefined> {
  return (await db.query<OperatorRow>(`SELECT ${COLUMNS} FROM "Operator" WHERE "id" = $1`, [id])).rows[0]
}

/** In order of creation. */
export async function listOperators (db: Queryable, after: string, updatedSince: string | null, limit: number): Promise<OperatorRow[]> {
  const text = `SELECT ${COLUMNS} FROM "Operator" WHERE "id" > $1 AND ($2::timestamptz IS NULL OR "updatedAt" >= $2::timestamptz)
    ORDER BY "id" LIMIT $3::int`
  return (await db.query<OperatorRow>(text, [after, updatedSince, limit])).rows
}

export async function hasOperators (db: Queryable): Promise<boolean> {
  return (await db.query('SELECT 1 FROM "Operator" LIMIT 1')).rows.length > 0
}

/** Processes that start at once on an empty database wait here for the one that creates the first operator. */
export async function lockFirstOperator (tx: Tx): Promise<void> {
  await tx.query(lockOnce('firstOperator'))
}

/** `updatedAt` is the start of the transaction, as lists that synchronise need it. Undefined when the e-mail is taken. */
export async function insertOperator (
  tx: Tx, row: Pick<OperatorRow, 'id' | 'email' | 'name' | 'passwordHash' | 'role'>
): Promise<OperatorRow | undefined> {
  const text = `INSERT INTO "Operator" ("id", "email", "name", "passwordHash", "role") VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT ("email") DO NOTHING RETURNING ${COLUMNS}`
  return (await tx.query<OperatorRow>(text, [row.id, row.email, row.name, row.passwordHash, row.role])).rows[0]
}

/** Locks the operator and all enabled admins in one order, so that two admins can't remove each other at the same moment. */
export async function lockWithAdmins (tx: Tx, id: string): Promise<OperatorRow[]> {
  const text = `SELECT ${COLUMNS} FROM "Operator" WHERE "id" = $1 OR ("role" = 'admin' AND "enabled") ORDER BY "id" FOR UPDATE`
  return (await tx.query<OperatorRow>(text, [id])).rows
}

export async function updateOperator (
  tx: Tx, id: string, row: Pick<OperatorRow, 'name' | 'role' | 'enabled' | 'passwordHash'>
): Promise<OperatorRow> {
  const text = `UPDATE "Operator" SET "name" = $2, "role" = $3, "enabled" = $4::boolean, "passwordHash" = $5,
    "version" = "version" + 1, "updatedAt" = now() WHERE "id" = $1 RETURNING ${COLUMNS}`
  return (await tx.query<OperatorRow>(text, [id, row.name, row.role, row.enabled, row.passwordHash])).rows[0]!
}

export async function deleteOperator (tx: OrmTx, id: string): Promise<void> {
  await tx.orm.operator.delete({ where: { id } })
}

/** Undefined when the operator was disabled, deleted or given another password since `passwordHash` was read. */
export async function markSignedIn (tx: Tx, id: string, passwordHash: string, at: Date): Promise<OperatorRow | undefined> {
  const text = `UPDATE "Operator" SET "lastSignInAt" = $3::timestamptz WHERE "id" = $1 AND "passwordHash" = $2 AND "enabled" RETURNING ${COLUMNS}`
  return (await tx.query<OperatorRow>(text, [id, passwordHash, at.toISOString()])).rows[0]
}

export async function insertSession (
  tx: OrmTx, row: SessionRow & { tokenHash: string, ip: string | null, userAgent: string | null }
): Promise<void> {
  await tx.orm.operatorSession.create({ data: row, select: { id: true } })
}

export async function resumeSession (db: Queryable, tokenHash: string): Promise<ResumedSession | undefined> {
  return (await db.query<ResumedSession>(RESUME, [tokenHash])).rows[0]
}

export interface LiveRow { operatorId: string, enabled: boolean, role: OperatorRow['role'], idleExpiresAt: Date, expiresAt: Date }

/** What a session is worth now; undefined when it has ended. */
export async function readLive (db: Queryable, id: string): Promise<LiveRow | undefined> {
  return (await db.query<LiveRow>({
    name: 'operators-session-live',
    text:
      'SELECT s."operatorId", o."enabled", o."role", s."idleExpiresAt", s."expiresAt" FROM "OperatorSession" s JOIN "Operator" o ON o."id" = ' +
        's."operatorId" WHERE s."id" = $1',
    isLookup: true
  }, [id])).rows[0]
}

export async function touchSession (db: Queryable, id: string, seenAt: Date, idleExpiresAt: Date): Promise<void> {
  await db.query(TOUCH, [id, seenAt.toISOString(), idleExpiresAt.toISOString()])
}

export async function readSession (db: Database, id: string): Promise<SessionRow | null> {
  return await db.orm.operatorSession.findUnique({ where: { id } })
}

export async function deleteSession (tx: OrmTx, id: string): Promise<void> {
  await tx.orm.operatorSession.deleteMany({ where: { id } })
}

/** @param except id of a session that stays, null for none */
export async function deleteSessionsOf (tx: OrmTx, operatorId: string, except: string | null): Promise<void> {
  await tx.orm.operatorSession.deleteMany({ where: { operatorId, ...(except === null ? {} : { id: { not: except } }) } })
}

/** Removes at most 1,000. */
export async function deleteExpiredSessions (db: Database): Promise<{ removed: Record<string, number>, more: boolean }> {
  const { rowCount } = await db.query(`DELETE FROM "OperatorSession" WHERE "id" IN
    (SELECT "id" FROM "OperatorSession" WHERE "idleExpiresAt" <= now() LIMIT 1000)`)
  return { removed: { OperatorSession: rowCount }, more: rowCount === 1000 }
}
