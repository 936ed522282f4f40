// Inbound orders before goods come: announced, changed, on their way, arrived, cancelled; and closed when the rest does not come.
import { isDeepStrictEqual } from 'node:util'
import { newId, type Tx } from '#kernel'
import { canonical } from '../../catalog/public.js'
import { isInReach, reachOfCall } from '../../external-api/public.js'
import { archivedWarehouse } from '../../inventory/public.js'
import { checkForward, checkStep, incomingOf, viewOf, type Inbound, type Step } from '../domain/inbound.js'
import { docName } from '../domain/names.js'
import { attributesTooLarge, externalRefTaken, inboundNotFound, nothingToMatch, unknownSupplier, warehouseFixed } from '../errors.js'
import type { InboundInput, InboundPatch, InboundSettingsValues, InboundUpsert, InboundView } from '../schemas/inbound.js'
import { insertInbound, lockInbound, updateInbound } from '../store/inbound.js'
import { wantedLines } from './lines.js'
import { emitInbound, type Services, type Target } from './services.js'

const ATTRIBUTE_BYTES = 16_384
const HEADER = ['supplier', 'expectedAt', 'carrierCode', 'trackingNumbers', 'container', 'note', 'attributes'] as const
const DEFAULTS = { supplier: null, expectedAt: null, carrierCode: null, trackingNumbers: [], container: null, note: null, attributes: {} }

export interface Changed { inbound: InboundView, isNew: boolean }

export interface Announcements {
  /** @throws AppError 409 `inbound.external_ref_taken`, 422 */
  create: (tx: Tx, ownerId: string, input: InboundInput) => Promise<Changed>
  /** Replaces the inbound order with this reference or makes it, however many callers do so at once. @throws AppError 409, 412, 422 */
  upsert: (tx: Tx, target: Target, externalRef: string, input: InboundUpsert) => Promise<Changed>
  /** JSON merge patch. @throws AppError 404, 409, 412, 422 */
  update: (tx: Tx, target: Target, patch: InboundPatch) => Promise<Changed>
  arrive: (tx: Tx, target: Target) => Promise<Changed>
  cancel: (tx: Tx, target: Target, reason: string | null) => Promise<Changed>
  close: (tx: Tx, target: Target) => Promise<Changed>
}

export function createAnnouncements (services: Services): Announcements {
  const step = async (tx: Tx, target: Target, name: Step, apply: Partial<Inbound>): Promise<Changed> => {
    const before = await lock(tx, target)
    checkStep(before, name)
    return await write(services, tx, { before, after: { ...before, ...apply }, type: EVENT_OF[name] })
  }
  const now = (): string => services.kernel.clock.now().toISOString()

  return {
    async create (tx, ownerId, input) {
      const made = await insert(services, tx, ownerId, input)
      if (made === undefined) throw externalRefTaken()
      return made
    },
    async upsert (tx, target, externalRef, input) {
      const find = async (): Promise<Inbound | undefined> => await lockInbound(tx, target.ownerId, { by: 'ref', key: canonical(externalRef) })
      const before = await find()
      if (before !== undefined) return await replace(services, tx, target, { before, input })
      if (target.namesVersion) throw nothingToMatch()
      const made = await insert(services, tx, target.ownerId, { ...input, externalRef })
      // Another call made it in between, and has committed: this statement sees it.
      return made ?? await replace(services, tx, target, { before: (await find())!, input })
    },
    update: async (tx, target, patch) => await change(services, tx, await lock(tx, target), patch),
    arrive: async (tx, target) => await step(tx, target, 'arrive', { status: 'arrived', arrivedAt: now() }),
    cancel: async (tx, target, reason) => await step(tx, target, 'cancel', { status: 'cancelled', cancelReason: reason }),
    close: async (tx, target) => await step(tx, target, 'close', { status: 'closed', closedAt: now() })
  }
}

const EVENT_OF: Readonly<Record<Step, string>> = {
  update: 'inbound.updated', arrive: 'inbound.arrived', receive: 'inbound.updated', close: 'inbound.closed', cancel: 'inbound.cancelled'
}

/** @returns undefined when the owner has an inbound order with the reference */
async function insert (
  services: Services, tx: Tx, ownerId: string, { externalRef, kind = 'asn', status = 'expected', warehouse, lines, ...said }: InboundInput
): Promise<Changed | undefined> {
  const { kernel, inventory } = services
  const settings = kernel.settings<InboundSettingsValues>('inbound.create')
  const place = await inventory.warehouse(tx, warehouse ?? settings.defaultWarehouse, {
    within: reachOfCall(tx).warehouseIds, isDefault: warehouse === undefined
  })
  if (!place.active) throw archivedWarehouse('/warehouse')
  const draft: Inbound = {
    id: newId('inb'),
    ownerId,
    number: '',
    externalRef: canonical(externalRef),
    kind,
    status,
    warehouse: { id: place.id, code: place.code },
    ...DEFAULTS,
    ...said,
    cancelReason: null,
    arrivedAt: null,
    closedAt: null,
    lines: await wantedLines(services, tx, { ownerId, lines: [] }, lines),
    version: 1,
    createdAt: '',
    updatedAt: ''
  }
  await checkHeader(services, tx, draft, null)
  const made = await insertInbound(tx, draft)
  if (made === undefined) return undefined
  await expectGoods(services, tx, null, made)
  emitInbound(kernel, tx, 'inbound.created', { inbound: made, previous: null })
  return { inbound: viewOf(made), isNew: true }
}

async function change (services: Services, tx: Tx, before: Inbound, patch: InboundPatch): Promise<Changed> {
  const { lines, status = before.status, ...said } = patch
  const after: Inbound = {
    ...before, ...said, status, lines: lines === undefined ? before.lines : await wantedLines(services, tx, before, lines)
  }
  if (isDeepStrictEqual(before, after)) return { inbound: viewOf(before), isNew: false }
  checkStep(before, 'update')
  if (status !== before.status) checkForward(before.status, status)
  await checkHeader(services, tx, after, before)
  return await write(services, tx, { before, after, type: EVENT_OF.update })
}

async function replace (
  services: Services, tx: Tx, target: Target, { before, input }: { before: Inbound, input: InboundUpsert }
): Promise<Changed> {
  if (!isInReach(target, before.warehouse.id)) throw externalRefTaken()
  target.checkVersion(before.version)
  const { warehouse, kind: _, status, ...said } = input
  if (warehouse !== undefined && ![before.warehouse.id, before.warehouse.code].includes(canonical(warehouse))) throw warehouseFixed()
  return await change(services, tx, before, { ...DEFAULTS, ...said, ...status === undefined ? {} : { status } })
}

/** @throws AppError 404 `inbound.not_found`, 412 */
export async function lock (tx: Tx, target: Target): Promise<Inbound> {
  const inbound = await lockInbound(tx, target.ownerId, docName(target.name))
  if (inbound === undefined || !isInReach(target, inbound.warehouse.id)) throw inboundNotFound()
  target.checkVersion(inbound.version)
  return inbound
}

async function write (services: Services, tx: Tx, { before, after, type }: { before: Inbound, after: Inbound, type: string }): Promise<Changed> {
  await expectGoods(services, tx, before, after)
  const written = await updateInbound(tx, after)
  emitInbound(services.kernel, tx, type, { inbound: written, previous: differing(before, written) })
  return { inbound: viewOf(written), isNew: false }
}

/** Former values of what has changed. */
export function differing (before: Inbound, after: Inbound): object {
  const [old, fresh] = [viewOf(before), viewOf(after)]
  const names = ([...HEADER, 'status', 'lines', 'cancelReason', 'arrivedAt', 'closedAt'] as const).filter(name => !isDeepStrictEqual(old[name], fresh[name]))
  return Object.fromEntries(names.map(name => [name, old[name]]))
}

/** Stock levels show what is incoming: published as `stock.updated` where it changes. */
async function expectGoods ({ inventory }: Services, tx: Tx, before: Inbound | null, after: Inbound): Promise<void> {
  const [old, fresh] = [incomingOf(before), incomingOf(after)]
  const changes = [...new Set([...old.keys(), ...fresh.keys()])]
    .map(productId => ({ productId, units: (fresh.get(productId) ?? 0) - (old.get(productId) ?? 0) })).filter(({ units }) => units !== 0)
  if (changes.length === 0) return
  const warehouse = await inventory.warehouse(tx, after.warehouse.id)
  const book = await inventory.open(tx, after.ownerId, changes.map(({ productId }) => ({ productId, warehouse })))
  for (const { productId, units } of changes) book.expect(book.level(productId, warehouse.id), units, { type: 'inbound_order', id: after.id, lineNo: null })
  await book.close()
}

/** @throws AppError 422 */
async function checkHeader ({ partners }: Services, tx: Tx, after: Inbound, before: Inbound | null): Promise<void> {
  if (Buffer.byteLength(JSON.stringify(after.attributes)) > ATTRIBUTE_BYTES) throw attributesTooLarge(ATTRIBUTE_BYTES)
  if (after.supplier === null || after.supplier === before?.supplier) return
  if (!await partners.hasRole(tx, after.ownerId, after.supplier, 'supplier')) throw unknownSupplier()
}
