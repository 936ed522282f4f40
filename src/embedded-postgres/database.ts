// The database and the role of the service, created after the start.
import pg from 'pg'
import { SUPERUSER } from './cluster.js'
import type { Endpoint } from './endpoint.js'
import { codeOf } from './errors.js'

/** The role of the service: it owns its database and may create others, but is no superuser. */
export const ROLE = 'wms'

/** `invalid_catalog_name`, and what an unknown role gets without and with a password. */
const MISSING = ['3D000', '28000', '28P01']

/**
 * Creates the role and the database unless both can be used already.
 * @param isNew the cluster has nothing yet: trying would only leave an error in its log
 */
export async function ensureDatabase (endpoint: Endpoint, database: string, isNew: boolean): Promise<void> {
  if (!isNew && await isUsable(endpoint, database)) return
  await withClient(endpoint, SUPERUSER, 'postgres', async client => await createDatabase(client, endpoint, database))
}

async function isUsable (endpoint: Endpoint, database: string): Promise<boolean> {
  try {
    await withClient(endpoint, ROLE, database, async () => {})
    return true
  } catch (error) {
    if (MISSING.includes(codeOf(error))) return false
    throw error
  }
}

async function createDatabase (client: pg.Client, { password }: Endpoint, database: string): Promise<void> {
  const role = pg.escapeIdentifier(ROLE)
  const roles = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [ROLE])
  if (roles.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN CREATEDB IN ROLE pg_monitor`)
  if (password !== undefined) await client.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(password)}`)
  const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
  if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} OWNER ${role}`)
}

async function withClient (
  { host, port, password }: Endpoint, user: string, database: string, work: (client: pg.Client) => Promise<void>
): Promise<void> {
  const client = new pg.Client({ host, port, password, user, database, ssl: false })
  // A server that dies while the connection is open is reported by the query, or by the process itself.
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
