// The rules of reference data: what each list has, and what stays because the service itself knows it.
import { timestampOf, type Kernel, type Page, type Queryable, type Tx } from '#kernel'
import { builtIn, codeTaken, entryNotFound, fieldOfOthers, unknownCarrier } from './errors.js'
import type { EntryFilters, EntryInput, EntryPatch, EntryView, List } from './schemas.js'
import * as store from './store.js'

export interface EntryChange { before: EntryView | null, after: EntryView }

export interface ReferenceService {
  entries: (list: List, filters: EntryFilters) => Promise<Page<EntryView>>
  /** @throws AppError 409 `reference.code_taken`, `reference.built_in`, 422 */
  addEntry: (tx: Tx, list: List, input: EntryInput) => Promise<EntryChange>
  /** @throws AppError 404, 409 `reference.built_in`, 412, 422 */
  editEntry: (tx: Tx, entry: { list: List, code: string, checkVersion: (version: number) => void }, patch: EntryPatch) => Promise<EntryChange>
  /** Why stock may be adjusted now. */
  reasons: (db: Queryable) => Promise<store.Reason[]>
}

/** Fields that only entries of one list have. */
const FIELDS_OF: ReadonlyArray<readonly [field: 'direction' | 'requiresNote' | 'carrier', list: List]> =
  [['direction', 'reasons'], ['requiresNote', 'reasons'], ['carrier', 'services']]

const canonical = (text: string): string => text.normalize('NFC').trim()

export function createReference (kernel: Kernel): ReferenceService {
  return {
    entries: async (list, { limit, cursor, updatedSince, active = null }) => await kernel.page({
      scope: ['reference.list', list, updatedSince, active],
      limit,
      cursor,
      read: async (after, limit) => await store.listEntries(kernel.db, {
        list, after: after?.[0] ?? '', updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince), active
      }, limit),
      positionOf: row => [row.code],
      toView: row => row
    }),
    async addEntry (tx, list, { code, name, description = null, carrier = null, ...input }) {
      // Codes of statuses are those of the service: no one else can give a new one a meaning.
      if (list === 'statuses') throw builtIn('/code')
      checkFields(list, { carrier, ...input })
      if (carrier !== null) await checkCarrier(tx, carrier)
      const { direction, requiresNote } = list === 'reasons'
        ? { direction: 'both' as const, requiresNote: false, ...input }
        : { direction: null, requiresNote: null }
      const made = await store.insertEntry(tx, { list, code, name: canonical(name), description, active: true, direction, requiresNote, carrier })
      if (made === undefined) throw codeTaken()
      return { before: null, after: made }
    },
    async editEntry (tx, { list, code, checkVersion }, patch) {
      const before = await store.lockEntry(tx, list, code)
      if (before === undefined) throw entryNotFound()
      checkVersion(before.version)
      checkFields(list, patch)
      const after = { ...before, ...patch, ...patch.name === undefined ? {} : { name: canonical(patch.name) } }
      const names = (['name', 'description', 'active', 'direction', 'requiresNote', 'carrier'] as const).filter(name => before[name] !== after[name])
      if (names.length === 0) return { before, after: before }
      const fixed = names.find(name => name === 'active' || name === 'direction')
      if (before.isBuiltIn && fixed !== undefined) throw builtIn(`/${fixed}`)
      if (after.carrier !== null && names.includes('carrier')) await checkCarrier(tx, after.carrier)
      return { before, after: await store.updateEntry(tx, after) }
    },
    reasons: store.readReasons
  }
}

/** @throws AppError 422 `reference.field` */
function checkFields (list: List, said: Partial<Pick<EntryView, 'direction' | 'requiresNote' | 'carrier'>>): void {
  const other = FIELDS_OF.find(([field, only]) => only !== list && said[field] !== undefined && said[field] !== null)
  if (other !== undefined) throw fieldOfOthers(`/${other[0]}`, list)
}

/** @throws AppError 422 `reference.carrier_unknown` */
async function checkCarrier (tx: Tx, code: string): Promise<void> {
  if (await store.findEntry(tx, 'carriers', code) === undefined) throw unknownCarrier()
}
