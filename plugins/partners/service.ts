// What happens to a partner: made, read, changed, replaced, archived. Every change is an event in the same transaction.
import { isDeepStrictEqual } from 'node:util'
import { hasCheckDigit, newId, timestampOf, type Kernel, type Page, type Queryable, type Tx } from '#kernel'
import {
  attributesTooLarge, badGln, conflictOf, nothingToMatch, partnerNotFound, roleNotAllowed, shelfLifeOfCustomers
} from './errors.js'
import type {
  PartnerDraft, PartnerFilters, PartnerInput, PartnerPatch, PartnerReadSettingsValues, PartnerSettingsValues, PartnerUpsert, PartnerView
} from './schemas.js'
import * as store from './store.js'

const ATTRIBUTE_BYTES = 16_384

/** A partner before and after a call; null: there was none. */
export interface PartnerChange { before: PartnerView | null, after: PartnerView }

/** The partner that a call changes, and what it demands of its version. */
export interface PartnerTarget {
  name: string
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
  /** True when the call names a version: without a partner it can't hold. */
  namesVersion: boolean
}

export interface PartnersService {
  partners: (ownerId: string, filters: PartnerFilters) => Promise<Page<PartnerView>>
  /** @param name id, `code:…` or `ref:…` @throws AppError 404 */
  partner: (ownerId: string, name: string) => Promise<PartnerView>
  /** @throws AppError 409, 422 */
  createPartner: (tx: Tx, ownerId: string, input: PartnerInput) => Promise<PartnerChange>
  /** JSON merge patch. @throws AppError 404, 409, 412, 422 */
  updatePartner: (tx: Tx, ownerId: string, target: PartnerTarget, patch: PartnerPatch) => Promise<PartnerChange>
  /** Replaces the partner with this code or makes it, however many callers do so at once. @throws AppError 409, 412, 422 */
  upsertPartner: (tx: Tx, ownerId: string, target: PartnerTarget, input: PartnerUpsert) => Promise<PartnerChange>
  /** Whether an active partner has this code and role. */
  hasRole: (db: Queryable, ownerId: string, code: string, role: PartnerView['roles'][number]) => Promise<boolean>
  /** Days that must remain until the expiry date of what is sent to these customers, by code or externalRef. */
  shelfLives: (db: Queryable, ownerId: string, refs: readonly string[]) => Promise<Map<string, number>>
}

const DEFAULTS = {
  externalRef: null, taxId: null, gln: null, email: null, phone: null, addresses: [], minShelfLifeShipDays: null, attributes: {}, active: true
} as const

/** As names and references are kept: Unicode NFC, no white space around. */
const canonical = (text: string): string => text.normalize('NFC').trim()

function named (name: string): store.PartnerName {
  if (name.startsWith('code:')) return { by: 'code', key: name.slice('code:'.length) }
  if (name.startsWith('ref:')) return { by: 'externalRef', key: canonical(name.slice('ref:'.length)) }
  return { by: 'id', key: name }
}

export function createPartners (kernel: Kernel): PartnersService {
  const shown = (partner: store.StoredPartner): PartnerView =>
    kernel.settings<PartnerReadSettingsValues>('partner.get').exposePersonalData ? partner : { ...partner, email: null, phone: null, addresses: null }

  const insert = async (tx: Tx, ownerId: string, draft: PartnerDraft): Promise<PartnerView | undefined> => {
    check(kernel, tx, draft, null)
    const made = await store.insertPartner(tx, newId('par'), ownerId, draft).catch((error: unknown) => { throw conflictOf(error) })
    if (made !== undefined) emit(kernel, tx, 'partner.created', { partner: made, previous: null })
    return made === undefined ? undefined : shown(made)
  }

  const change = async (tx: Tx, before: store.StoredPartner, draft: PartnerDraft): Promise<PartnerChange> => {
    const names = (Object.keys(draft) as Array<keyof PartnerDraft>).filter(name => !isDeepStrictEqual(before[name], draft[name]))
    if (names.length === 0) return { before: shown(before), after: shown(before) }
    check(kernel, tx, draft, before)
    const after = await store.updatePartner(tx, before.id, draft).catch((error: unknown) => { throw conflictOf(error) })
    emit(kernel, tx, 'partner.updated', { partner: after, previous: Object.fromEntries(names.map(name => [name, before[name]])) })
    return { before: shown(before), after: shown(after) }
  }

  return {
    partners: async (ownerId, filters) => await listPage(kernel, ownerId, filters, shown),
    partner: async (ownerId, name) => shown(found(await store.findPartner(kernel.db, ownerId, named(name)))),
    async createPartner (tx, ownerId, input) {
      const made = await insert(tx, ownerId, draftOf(input))
      if (made === undefined) throw conflictOf({ code: '23505' })
      return { before: null, after: made }
    },
    async updatePartner (tx, ownerId, { name, checkVersion }, patch) {
      const before = found(await store.lockPartner(tx, ownerId, named(name)))
      checkVersion(before.version)
      return await change(tx, before, patched(before, patch))
    },
    async upsertPartner (tx, ownerId, { name, checkVersion, namesVersion }, input) {
      const { key: code } = named(name)
      const replaceFound = async (before: store.StoredPartner): Promise<PartnerChange> => {
        checkVersion(before.version)
        return await change(tx, before, draftOf({ ...input, code }))
      }
      const before = await store.lockPartner(tx, ownerId, { by: 'code', key: code })
      if (before !== undefined) return await replaceFound(before)
      if (namesVersion) throw nothingToMatch()
      const made = await insert(tx, ownerId, draftOf({ ...input, code }))
      if (made !== undefined) return { before: null, after: made }
      // Another call made it in between, and has committed: this statement sees it.
      return await replaceFound(found(await store.lockPartner(tx, ownerId, { by: 'code', key: code })))
    },
    async hasRole (db, ownerId, code, role) {
      const partner = await store.findPartner(db, ownerId, { by: 'code', key: code })
      return partner !== undefined && partner.active && partner.roles.includes(role)
    },
    shelfLives: async (db, ownerId, refs) => refs.length === 0 ? new Map<string, number>() : await store.shelfLives(db, ownerId, refs)
  }
}

async function listPage (
  kernel: Kernel, ownerId: string, { limit, cursor, updatedSince, q, role, code, externalRef, active }: PartnerFilters,
  shown: (partner: store.StoredPartner) => PartnerView
): Promise<Page<PartnerView>> {
  return await kernel.page({
    scope: ['partner.list', ownerId, updatedSince, q, role, code, externalRef, active],
    limit,
    cursor,
    read: async (after, limit) => await store.listPartners(kernel.db, {
      ownerId,
      after: after?.[0] ?? '',
      updatedSince: updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince),
      q: q === undefined ? null : q.normalize('NFC'),
      roles: role ?? null,
      codes: code ?? null,
      externalRefs: externalRef?.map(canonical) ?? null,
      active: active ?? null
    }, limit),
    positionOf: row => [row.code],
    toView: shown
  })
}

function found (partner: store.StoredPartner | undefined): store.StoredPartner {
  if (partner === undefined) throw partnerNotFound()
  return partner
}

/** A partner that is all that the call says: what it leaves out has its default. */
function draftOf (input: PartnerInput): PartnerDraft {
  return clean({ ...DEFAULTS, ...input, addresses: input.addresses ?? [] })
}

/** The partner with what the call says of it: null clears. */
function patched ({ id: _, ownerId: __, version: ___, createdAt: ____, updatedAt: _____, ...before }: store.StoredPartner, patch: PartnerPatch): PartnerDraft {
  const { attributes, addresses, ...said } = patch
  return clean({
    ...before,
    ...said,
    ...attributes === undefined ? {} : { attributes: merged(before.attributes, attributes) },
    ...addresses === undefined ? {} : { addresses: addresses ?? [] }
  })
}

/** RFC 7396: null removes a member. */
function merged (target: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...target, ...patch }).filter(([, value]) => value !== null))
}

function clean (draft: PartnerDraft): PartnerDraft {
  return {
    ...draft, name: canonical(draft.name), externalRef: draft.externalRef === null ? null : canonical(draft.externalRef), roles: [...draft.roles].sort()
  }
}

/** @throws AppError 422 */
function check (kernel: Kernel, tx: Tx, draft: PartnerDraft, before: PartnerDraft | null): void {
  if (draft.gln !== null && !hasCheckDigit(draft.gln)) throw badGln()
  if (Buffer.byteLength(JSON.stringify(draft.attributes)) > ATTRIBUTE_BYTES) throw attributesTooLarge(ATTRIBUTE_BYTES)
  if (draft.minShelfLifeShipDays !== null && !draft.roles.includes('customer')) throw shelfLifeOfCustomers()
  if (tx.call?.principal?.type !== 'client') return
  const { allowedRoles } = kernel.settings<PartnerSettingsValues>('partner.create')
  const refused = draft.roles.findIndex(role => !allowedRoles.includes(role) && before?.roles.includes(role) !== true)
  if (refused >= 0) throw roleNotAllowed(refused, allowedRoles)
}

function emit (kernel: Kernel, tx: Tx, type: string, { partner, previous }: { partner: store.StoredPartner, previous: object | null }): void {
  const { id, version, ownerId, externalRef } = partner
  kernel.events.emit(tx, type, { subject: { type: 'partner', id, version, externalRef }, ownerId, data: partner, previous })
}
