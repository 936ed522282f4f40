// All SQL of clients and their secrets.
import type { Kernel, OrmTx, Queryable } from '#kernel'

export interface SecretRow {
  id: string
  hmac: string
  last4: string
  createdAt: Date
  createdBy: string
  expiresAt: Date | null
  lastUsedAt: Date | null
  lastUsedIp: string | null
}

export interface ClientRow {
  id: string
  clientId: string
  name: string
  description: string | null
  ownerId: string
  /** Empty: all. */
  warehouseIds: string[]
  enabled: boolean
  tokenVersion: number
  scopes: string[]
  version: number
  createdAt: Date
  createdBy: string
  updatedAt: Date
  lastUsedAt: Date | null
  lastUsedIp: string | null
  /** Live ones, newest first. */
  secrets: SecretRow[]
}

export interface Use {
  id: string
  secretId: string
  ip: string
  at: Date
}

/** One statement and one row for a known and for an unknown id: they are not to be distinguished by time. */
const BY_PUBLIC_ID = {
  name: 'clients-by-client-id',
  text:
    `SELECT to_jsonb(c) AS "client", (SELECT jsonb_agg(to_jsonb(s) ORDER BY s."id" DESC) FROM "ApiClientSecret" s WHERE s."apiClientId" = c."id") AS "secrets"
    FROM (SELECT $1::text AS "wanted") w LEFT JOIN "ApiClient" c ON c."clientId" = w."wanted" AND c."deletedAt" IS NULL`,
  isLookup: true as const
}

type Json<T> = { [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K] }
const date = (text: string | null): Date | null => text === null ? null : new Date(text)

function fromJson (client: Json<Omit<ClientRow, 'secrets'>>, secrets: ReadonlyArray<Json<SecretRow>>): ClientRow {
  return {
    ...client,
    createdAt: new Date(client.createdAt),
    updatedAt: new Date(client.updatedAt),
    lastUsedAt: date(client.lastUsedAt),
    secrets: secrets.map(secret => ({
      ...secret, createdAt: new Date(secret.createdAt), expiresAt: date(secret.expiresAt), lastUsedAt: date(secret.lastUsedAt)
    }))
  }
}

const include = { secrets: { orderBy: { id: 'desc' as const } } }

export interface ClientStore {
  find: (idOrClientId: string) => Promise<ClientRow | null>
  findByClientId: (clientId: string) => Promise<ClientRow | null>
  all: () => Promise<ClientRow[]>
  page: (filter: { q: string | null, enabled: boolean | null }, before: string | null, limit: number) => Promise<ClientRow[]>
  /** Locks the row until the transaction ends. */
  lock: (tx: OrmTx, idOrClientId: string) => Promise<ClientRow | null>
  insert: (
    tx: OrmTx, client: Omit<ClientRow, 'secrets' | 'version' | 'tokenVersion' | 'createdAt' | 'updatedAt' | 'lastUsedAt' | 'lastUsedIp'>
  ) => Promise<void>
  update: (
    tx: OrmTx, id: string, change: Partial<Pick<ClientRow, 'name' | 'description' | 'enabled' | 'scopes' | 'warehouseIds'>>, endTokens: boolean
  ) => Promise<void>
  remove: (tx: OrmTx, id: string) => Promise<void>
  addSecret: (tx: OrmTx, apiClientId: string, secret: { id: string, hmac: string, pepperId: number, last4: string, createdBy: string }) => Promise<void>
  expireSecrets: (tx: OrmTx, apiClientId: string, at: Date) => Promise<void>
  removeSecrets: (tx: OrmTx, ids: readonly string[]) => Promise<void>
  ownerExists: (tx: Queryable, id: string) => Promise<boolean>
  noteUses: (uses: readonly Use[]) => Promise<void>
}

export function createClientStore ({ db }: Pick<Kernel, 'db'>): ClientStore {
  const { orm } = db
  const live = { deletedAt: null }
  return {
    find: async id => await orm.apiClient.findFirst({ where: { OR: [{ id }, { clientId: id }], ...live }, include }),
    findByClientId: async clientId => {
      const { rows: [row] } = await db.query<{ client: Json<Omit<ClientRow, 'secrets'>> | null, secrets: Array<Json<SecretRow>> | null }>(BY_PUBLIC_ID, [
        clientId
      ])
      return row === undefined || row.client === null ? null : fromJson(row.client, row.secrets ?? [])
    },
    all: async () => await orm.apiClient.findMany({ where: live, include }),
    page: async ({ q, enabled }, before, limit) =>
      await orm.apiClient.findMany({
        where: {
          ...live,
          ...(before === null ? {} : { id: { lt: before } }),
          ...(enabled === null ? {} : { enabled }),
          ...(q === null ? {} : { OR: [{ name: { contains: q, mode: 'insensitive' as const } }, { clientId: q }] })
        },
        orderBy: { id: 'desc' },
        take: limit,
        include
      }),
    async lock (tx, id) {
      const { rows: [row] } = await tx.query<{ id: string }>(
        'SELECT "id" FROM "ApiClient" WHERE ("id" = $1 OR "clientId" = $1) AND "deletedAt" IS NULL FOR UPDATE', [id]
      )
      return row === undefined ? null : await tx.orm.apiClient.findUnique({ where: { id: row.id }, include })
    },
    async insert (tx, client) {
      await tx.orm.apiClient.create({ data: client })
    },
    async update (tx, id, change, endTokens) {
      await tx.orm.apiClient.update({
        where: { id }, data: { ...change, version: { increment: 1 }, updatedAt: new Date(), ...(endTokens ? { tokenVersion: { increment: 1 } } : {}) }
      })
    },
    async remove (tx, id) {
      await tx.orm.apiClientSecret.deleteMany({ where: { apiClientId: id } })
      await tx.orm.apiClient.update({
        where: { id }, data: { deletedAt: new Date(), enabled: false, version: { increment: 1 }, tokenVersion: { increment: 1 } }
      })
    },
    async addSecret (tx, apiClientId, secret) {
      await tx.orm.apiClientSecret.create({ data: { apiClientId, ...secret } })
    },
    async expireSecrets (tx, apiClientId, at) {
      await tx.orm.apiClientSecret.updateMany({ where: { apiClientId, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] }, data: { expiresAt: at } })
    },
    async removeSecrets (tx, ids) {
      await tx.orm.apiClientSecret.deleteMany({ where: { id: { in: [...ids] } } })
    },
    ownerExists: async (tx, id) => (await tx.query('SELECT 1 AS "one" FROM "Owner" WHERE "id" = $1 AND "active"', [id])).rowCount === 1,
    async noteUses (uses) {
      await noteUses(db, uses)
    }
  }
}

/** Those of the ids that no warehouse has. */
export async function unknownWarehouses (tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'SELECT i."id" FROM unnest($1::text[]) AS i ("id") WHERE NOT EXISTS (SELECT FROM "Warehouse" w WHERE w."id" = i."id")', [ids]
  )
  return rows.map(row => row.id)
}

/** Two statements for all clients that were used since the last time. */
async function noteUses (db: Queryable, uses: readonly Use[]): Promise<void> {
  const rows = JSON.stringify(uses)
  const from = 'jsonb_to_recordset($1::jsonb) AS u("id" text, "secretId" text, "ip" text, "at" timestamptz)'
  await db.query(
    { name: 'clients-note-use', text: `UPDATE "ApiClient" c SET "lastUsedAt" = u."at", "lastUsedIp" = u."ip" FROM ${from} WHERE c."id" = u."id"` }, [rows]
  )
  await db.query({
    name: 'clients-note-secret-use',
    text: `UPDATE "ApiClientSecret" s SET "lastUsedAt" = u."at", "lastUsedIp" = u."ip" FROM ${from} WHERE s."id" = u."secretId"`
  }, [rows])
}
