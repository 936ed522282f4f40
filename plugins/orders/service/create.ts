// New orders: checked, allocated for, and put on hold where something about them is not known.
import { AppError, brokenRule, type Kernel, type Tx } from '#kernel'
import { isInReach, reachOfCall } from '../../external-api/public.js'
import { canonical, type ProductFacts } from '../../catalog/public.js'
import type { StockBook } from '../../inventory/public.js'
import { allocationStatus, viewOf, type Order } from '../domain/order.js'
import { externalRefTaken } from '../errors.js'
import type { CreateSettingsValues, OrderInput, OrderView } from '../schemas/orders.js'
import { beginOrders, readOrder } from '../store/orders.js'
import { allocateLines } from './allocate.js'
import { OrderChange, type Services } from './order-change.js'
import { draftOrder } from './draft.js'
import { checkPins, productsOf } from './lines.js'
import { redacted } from './personal-data.js'

/** A call that wants an order. Where several share a transaction, each has its own `tx`, with its call, on the same one. */
export interface Wanted { tx: Tx, input: OrderInput }

export interface Created { order: OrderView, isNew: boolean }

/**
 * Makes orders of one owner in one warehouse, with one statement for each thing that is asked or written, however many they are.
 * @param wanted at least one; all name the same warehouse, or none
 * @returns of each the order; or its refusal, and then nothing of it is left; or 'alone': one before it has its reference
 * @throws what undoes all: a refusal that came up while stock was allocated, or one that is about all
 */
export type CreateOrders = (ownerId: string, wanted: readonly Wanted[]) => Promise<Array<Created | AppError | 'alone'>>

export function createOrders (services: Services): CreateOrders {
  const { kernel, catalog, inventory, partners } = services

  const existing = async (tx: Tx, ownerId: string, id: string, { duplicateMode }: CreateSettingsValues): Promise<Created> => {
    if (duplicateMode === 'reject') throw externalRefTaken()
    const order = (await readOrder(tx, ownerId, { by: 'id', key: id }))!
    // It has the reference, and the caller knows nothing more of it.
    if (!isInReach(reachOfCall(tx), order.warehouse.id)) throw externalRefTaken()
    return { order: redacted(kernel, viewOf(order)), isNew: false }
  }

  /** One after the other: each finds what those before it have left. */
  const fill = async (changes: readonly OrderChange[], products: Iterable<ProductFacts>, settings: CreateSettingsValues): Promise<Map<unknown, Created>> => {
    const made = new Map<unknown, Created>()
    const book = await openTogether(services, changes.filter(({ order }) => wantsStock(order, settings)), products)
    for (const change of changes) {
      if (book !== null) change.inBook(book)
      change.publish('order.created')
      if (change.order.holds.length > 0) change.publish('order.on_hold')
      else await afterOpening(change, settings)
      made.set(change, { order: await change.finish(), isNew: true })
      book?.publish(change.tx)
    }
    await book?.close()
    return made
  }

  return async (ownerId, wanted) => {
    const settings = kernel.settings<CreateSettingsValues>('order.create')
    const refusals = await Promise.all(wanted.map(async ({ input }) => await settle(() => { checkInput(kernel, input, settings) })))
    const [first, ...others] = wanted.filter((_, at) => refusals[at] === undefined)
    if (first === undefined) return refusals.map(refusal => refusal!)
    const refs = wanted.map(({ input }) => canonical(input.externalRef))
    const customers = wanted.flatMap(({ input: { customer } }) => customer?.ref ?? [])
    const [orderNumbers, warehouse, products, shelfLives] = await Promise.all([
      beginOrders(first.tx, ownerId, refs),
      inventory.warehouse(first.tx, first.input.warehouse ?? settings.defaultWarehouse, {
        within: reachOfCall(first.tx).warehouseIds, isDefault: first.input.warehouse === undefined
      }),
      productsOf(catalog, first.tx, ownerId, [first, ...others].flatMap(({ input }) => input.lines)),
      partners.shelfLives(first.tx, ownerId, [...new Set(customers)])
    ])
    const begun = await Promise.all(wanted.map(async ({ tx, input }, at) => {
      const [ref, orderNumber, refusal] = [refs[at]!, orderNumbers[at]!, refusals[at]]
      if (refusal !== undefined) return refusal
      if (refs.indexOf(ref) < at) return 'alone'
      return await settle(async () =>
        orderNumber.taken !== null
          ? await existing(tx, ownerId, orderNumber.taken, settings)
          : new OrderChange(services, tx, {
            order: draftOrder(tx, { ...orderNumber, ownerId, externalRef: ref }, input, { warehouse, products, shelfLives, settings }),
            now: orderNumber.now,
            locked: null
          }).inWarehouse(warehouse)
      )
    }))
    const made = await fill(begun.filter(each => each instanceof OrderChange), products.values(), settings)
    return begun.map(each => each instanceof OrderChange ? made.get(each)! : each)
  }
}

function checkInput (kernel: Kernel, { lines }: OrderInput, { maxLines }: CreateSettingsValues): void {
  if (lines.length > maxLines) {
    throw brokenRule('order.too_many_lines', '/lines', `must be at most ${maxLines}: the operator of this service takes no longer orders`)
  }
  checkPins(kernel, lines)
}

const wantsStock = ({ status, holds }: Order, { autoAllocate }: CreateSettingsValues): boolean => autoAllocate && status === 'open' && holds.length === 0

/** The stock of all their lines, locked; null where they have none. */
async function openTogether ({ inventory }: Services, changes: readonly OrderChange[], products: Iterable<ProductFacts>): Promise<StockBook | null> {
  const [first] = changes
  const productIds =
    new Set(changes.flatMap(({ order }) => order.lines.flatMap(({ isStocked, productId }) => isStocked && productId !== null ? [productId] : [])))
  if (first === undefined || productIds.size === 0) return null
  const warehouse = await first.warehouse()
  return await inventory.open(
    first.tx, first.order.ownerId, [...productIds].map(productId => ({ productId, warehouse })), [...products].filter(({ id }) => productIds.has(id))
  )
}

/** A refusal is an outcome; anything else is not. */
async function settle<T> (work: () => T | Promise<T>): Promise<T | AppError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** What the operator wants done with an order as soon as it is open: allocate it, release it. */
export async function afterOpening (change: OrderChange, { autoAllocate, autoRelease, onShortage }: CreateSettingsValues): Promise<void> {
  const { order } = change
  if (order.status !== 'open' || !autoAllocate) return
  await allocateLines(change, order.lines, onShortage)
  if (autoRelease && order.holds.length === 0 && allocationStatus(order) === 'full') change.moveTo('released')
}
