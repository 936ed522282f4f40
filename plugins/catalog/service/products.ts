// What happens to a product: made, read, changed, replaced, archived. Every change is an event in the same transaction.
import { isDeepStrictEqual } from 'node:util'
import { brokenRule, newId, type Kernel, type Tx } from '#kernel'
import { canonical, skuKey, type Alias } from '../domain/alias.js'
import { nothingToMatch, productNotFound } from '../errors.js'
import { mergePatch } from '../domain/merge-patch.js'
import type { Facts } from './facts.js'
import { applyPolicies, type Tracking } from '../domain/policy.js'
import { toDraft, type Description, type Draft } from '../domain/rules.js'
import type { Applied, ProductInput, ProductPatch, ProductSettingsValues, ProductView, UpsertInput } from '../schemas/products.js'
import { lockProduct, readProduct } from '../store/products.js'
import { insertProduct, appendProduct, updateProduct } from '../store/write.js'

/** A product after a call that may have changed it. */
export interface Outcome { product: ProductView, applied: Applied[], isNew: boolean }

/** Whose products they are, and what the call demands of the version that it changes. */
export interface Scope {
  ownerId: string
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
  /** True when the call names a version: without a product it can't hold. */
  namesVersion: boolean
}

export interface ProductService {
  get: (ownerId: string, alias: Alias) => Promise<ProductView>
  create: (tx: Tx, scope: Scope, input: ProductInput) => Promise<Outcome>
  update: (tx: Tx, scope: Scope, alias: Alias, patch: ProductPatch) => Promise<Outcome>
  /**
   * The same, and makes the product where there is none with this SKU and the caller may; what the call does not say stays as it is.
   * @throws AppError 422 without a name for a new one
   */
  merge: (tx: Tx, scope: Scope & { mayMake: () => void }, sku: string, patch: ProductPatch) => Promise<Outcome>
  /** Changes a part of a list of the product: a barcode or a unit that comes or goes. */
  edit: (tx: Tx, scope: Scope, alias: Alias, change: (draft: Draft) => ProductPatch) => Promise<Outcome>
  /** Replaces the product with this SKU or makes it, however many callers do so at once. */
  upsert: (tx: Tx, scope: Scope, sku: string, input: UpsertInput) => Promise<Outcome>
  archive: (tx: Tx, scope: Scope, alias: Alias) => Promise<Outcome>
}

const SETTINGS = 'product.create'
/** What other plugins build on. */
const GUARDED: ReadonlySet<keyof Draft> =
  new Set(['kind', 'status', 'baseUom', 'uoms', 'qtyScale', 'trackBatch', 'trackExpiry', 'safetyStock', 'reorderPoint', 'minShelfLifeShipDays'] as const)

/** @param ask the guards of other plugins */
export function createProductService (kernel: Kernel, ask: Facts['ask']): ProductService {
  const settings = (): ProductSettingsValues => kernel.settings<ProductSettingsValues>(SETTINGS)

  const change = changing(kernel, ask)

  const insert: Insert = async (tx, ownerId, input, ifAbsent) => {
    const draft = toDraft(input)
    const applied = applyPolicies(settings(), input, draft)
    const key = { id: newId('prd'), ownerId }
    const isPlain = !ifAbsent && draft.barcodes.length === 0 && draft.uoms.length === 0
    const stamp = isPlain ? appendProduct(tx, key, draft, kernel.clock.databaseNow()) : await insertProduct(tx, key, draft, { ifAbsent })
    if (stamp === undefined) return undefined
    const product = { ...key, ...draft, ...stamp }
    emit(kernel, tx, 'product.created', { product, previous: null })
    return { product, applied, isNew: true }
  }

  const replace = async (tx: Tx, before: ProductView, input: Description, said: Partial<Tracking>): Promise<Outcome> => {
    const draft = toDraft(input, draftOf(before))
    const applied = applyPolicies(settings(), said, draft)
    return { product: await change(tx, 'product.updated', before, draft), applied, isNew: false }
  }

  const lock = async (tx: Tx, scope: Scope, alias: Alias): Promise<ProductView> => {
    const product = await lockProduct(tx, scope.ownerId, alias)
    if (product === undefined) throw productNotFound()
    scope.checkVersion(product.version)
    return product
  }

  return {
    async get (ownerId, alias) {
      const product = await readProduct(kernel.db, ownerId, alias)
      if (product === undefined) throw productNotFound()
      return product
    },
    create: async (tx, scope, input) => (await insert(tx, scope.ownerId, input, false))!,
    async update (tx, scope, alias, patch) {
      const before = await lock(tx, scope, alias)
      return await replace(tx, before, mergePatch(draftOf(before), patch) as Description, patch)
    },
    async edit (tx, scope, alias, change) {
      const before = await lock(tx, scope, alias)
      return await replace(tx, before, mergePatch(draftOf(before), change(draftOf(before))) as Description, {})
    },
    merge: async (tx, scope, sku, patch) =>
      await makeOr(tx, scope, sku, {
        insert,
        input () {
          scope.mayMake()
          return { ...mergePatch({}, patch) as ProductPatch, name: nameOf(patch) } as UpsertInput
        },
        change: async before => await replace(tx, before, mergePatch(draftOf(before), patch) as Description, patch)
      }),
    upsert: async (tx, scope, sku, input) =>
      await makeOr(tx, scope, sku, {
        insert, input: () => input, change: async before => await replace(tx, before, { sku: before.sku, ...input }, input)
      }),
    async archive (tx, scope, alias) {
      const before = await lock(tx, scope, alias)
      return { product: await change(tx, 'product.archived', before, { ...draftOf(before), status: 'archived' }), applied: [], isNew: false }
    }
  }
}

type Insert = (tx: Tx, ownerId: string, input: Description, ifAbsent: boolean) => Promise<Outcome | undefined>

interface Ways { insert: Insert, input: () => UpsertInput, change: (before: ProductView) => Promise<Outcome> }

/** Changes the product with this SKU or makes it, however many callers do so at once. */
async function makeOr (tx: Tx, scope: Scope, sku: string, { insert, input, change }: Ways): Promise<Outcome> {
  const alias: Alias = { by: 'sku', key: skuKey(sku) }
  const changeFound = async (before: ProductView): Promise<Outcome> => {
    scope.checkVersion(before.version)
    return await change(before)
  }
  const before = await lockProduct(tx, scope.ownerId, alias)
  if (before !== undefined) return await changeFound(before)
  if (scope.namesVersion) throw nothingToMatch()
  const made = await insert(tx, scope.ownerId, { sku: canonical(sku), ...input() }, true)
  if (made !== undefined) return made
  // Another call made it in between, and has committed: this statement sees it.
  const winner = await lockProduct(tx, scope.ownerId, alias)
  if (winner !== undefined) return await changeFound(winner)
  // The SKU is free: another product has the externalRef, which this says.
  return (await insert(tx, scope.ownerId, { sku: canonical(sku), ...input() }, false))!
}

function nameOf ({ name }: ProductPatch): string {
  if (name === undefined) throw brokenRule('product.name_required', '/name', 'is required: there is no product with this SKU yet, and the call would make it')
  return name
}

function draftOf ({ id, ownerId, version, createdAt, updatedAt, ...draft }: ProductView): Draft {
  return draft
}

type Change = (tx: Tx, event: string, before: ProductView, after: Draft) => Promise<ProductView>

/** Writes what differs, and says so; a change that changes nothing leaves no trace. */
const changing = (kernel: Kernel, ask: Facts['ask']): Change => async (tx, event, before, after) => {
  const names = (Object.keys(after) as Array<keyof Draft>).filter(name => !isDeepStrictEqual(before[name], after[name]))
  if (names.length === 0) return before
  if (names.some(name => GUARDED.has(name))) await ask(tx, before, { ...after, id: before.id, ownerId: before.ownerId })
  const product = { ...before, ...after, ...await updateProduct(tx, before, after, new Set(names)) }
  emit(kernel, tx, event, { product, previous: Object.fromEntries(names.map(name => [name, before[name]])) })
  return product
}

function emit (kernel: Kernel, tx: Tx, event: string, { product, previous }: { product: ProductView, previous: object | null }): void {
  const { id, version, externalRef, ownerId } = product
  kernel.events.emit(tx, event, { subject: { type: 'product', id, version, externalRef }, ownerId, data: product, previous })
}
