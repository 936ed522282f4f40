// SQL of who is at work: a session lock for each worker.
import { LOCKS_BY_ID, type Database, type Queryable } from '#kernel'

const LOCK_CLASS = LOCKS_BY_ID.workerPresence

/** Waits for the lock of a worker on a connection of its own, and keeps it as long as that lives. */
export async function lockPresence (connection: Queryable, worker: string): Promise<void> {
  await connection.query(`SELECT pg_advisory_lock(${LOCK_CLASS}, hashtext($1))`, [worker])
}

/** Workers with claims whose lock no one holds. */
export async function absentClaimants (db: Database): Promise<string[]> {
  const { rows } = await db.query<
    { worker: string }
  >(`SELECT c."worker" FROM (SELECT DISTINCT "claimedBy" AS "worker" FROM "Delivery" WHERE "status" = 'sending') c
    WHERE c."worker" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = ${LOCK_CLASS} AND l.objsubid = 2
      AND l.granted
      AND l.objid = (hashtext(c."worker")::bigint & 4294967295)::oid AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`)
  return rows.map(({ worker }) => worker)
}
