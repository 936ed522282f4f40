// SQL of owners: each API client belongs to one, an operator looks at all.
import { badQuery, type Queryable } from '#kernel'
import type { OwnerView } from '../schemas/owners.js'

const LIST = { name: 'warehouse-owners', text: 'SELECT "id", "code", "name" FROM "Owner" ORDER BY "code"' }
const FIND = { name: 'warehouse-owner', text: 'SELECT "id" FROM "Owner" WHERE CASE WHEN $1::text IS NULL THEN "code" = \'default\' ELSE "id" = $1 END' }

export async function listOwners (db: Queryable): Promise<OwnerView[]> {
  return (await db.query<OwnerView>(LIST)).rows
}

/** @param id undefined: the default owner @throws AppError 400 when no one has the id */
export async function findOwner (db: Queryable, id: string | undefined): Promise<string> {
  const { rows: [owner] } = await db.query<{ id: string }>(FIND, [id ?? null])
  if (owner === undefined) throw badQuery('ownerId', 'names no owner: GET /owners lists them')
  return owner.id
}
