// The rules of owners: they are made, changed and archived; the default owner stays what it is.
import { badQuery, newId, timestampOf, type Kernel, type Page, type Tx } from '#kernel'
import { ownerCodeTaken, ownerIsDefault, ownerNotFound } from './errors.js'
import type { OwnersService } from './public.js'
import type { OwnerFilters, OwnerInput, OwnerPatch, OwnerView } from './schemas.js'
import { findOwner, insertOwner, listOwners, lockOwner, updateOwner, type OwnerName } from './store.js'

const DEFAULT = 'default'

export interface Owners extends OwnersService {
  list: (filters: OwnerFilters) => Promise<Page<OwnerView>>
  /** @param name id, or `code:…` @throws AppError 404 */
  get: (name: string) => Promise<OwnerView>
  /** @throws AppError 409 `owner.code_taken` */
  create: (tx: Tx, input: OwnerInput) => Promise<OwnerView>
  /** @throws AppError 404, 409 `owner.code_taken`, `owner.default`, 412 */
  update: (tx: Tx, name: string, patch: OwnerPatch, checkVersion: (version: number) => void) => Promise<{ before: OwnerView, after: OwnerView }>
}

export function createOwners (kernel: Kernel): Owners {
  return {
    async idOf (id) {
      const owner = await findOwner(kernel.db, id === undefined ? { id: '', code: DEFAULT } : { id, code: '' })
      if (owner === undefined) throw badQuery('ownerId', 'names no owner: GET /owners lists them')
      return owner.id
    },
    list: async ({ limit, cursor, updatedSince, active = null }) =>
      await kernel.page({
        scope: ['owner.list', updatedSince, active],
        limit,
        cursor,
        read: async (after, limit) =>
          await listOwners(kernel.db, after?.[0] ?? '', {
            updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince), active
          }, limit),
        positionOf: row => [row.code],
        toView: row => row
      }),
    get: async name => found(await findOwner(kernel.db, nameOf(name))),
    async create (tx, input) {
      const owner = await insertOwner(tx, newId('own'), { ...input, name: input.name.normalize('NFC').trim() })
      if (owner === undefined) throw ownerCodeTaken()
      emit(kernel, tx, 'owner.created', { owner, previous: null })
      return owner
    },
    async update (tx, name, patch, checkVersion) {
      const before = found(await lockOwner(tx, nameOf(name)))
      checkVersion(before.version)
      const wanted = {
        id: before.id, code: patch.code ?? before.code, name: patch.name?.normalize('NFC').trim() ?? before.name, active: patch.active ?? before.active
      }
      const names = (['code', 'name', 'active'] as const).filter(field => wanted[field] !== before[field])
      if (names.length === 0) return { before, after: before }
      if (before.code === DEFAULT && names.some(field => field !== 'name')) throw ownerIsDefault(`/${names.find(field => field !== 'name')!}`)
      const after = await updateOwner(tx, wanted).catch((error: Error & { code?: string }) => { throw error.code === '23505' ? ownerCodeTaken() : error })
      emit(kernel, tx, 'owner.updated', { owner: after, previous: Object.fromEntries(names.map(field => [field, before[field]])) })
      return { before, after }
    }
  }
}

const nameOf = (name: string): OwnerName => name.startsWith('code:') ? { id: '', code: name.slice('code:'.length) } : { id: name, code: '' }

function found (owner: OwnerView | undefined): OwnerView {
  if (owner === undefined) throw ownerNotFound()
  return owner
}

function emit (kernel: Kernel, tx: Tx, type: string, { owner, previous }: { owner: OwnerView, previous: object | null }): void {
  const { id, version } = owner
  kernel.events.emit(tx, type, { subject: { type: 'owner', id, version, externalRef: null }, ownerId: id, data: owner, previous })
}
