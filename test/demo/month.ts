// The ERP at work: products, opening stock, and the month step by step.
import type { Erp } from './erp.js'
import type { OpeningLine, Plan, Step } from './plan.js'
import type { RetailProduct } from './retail.js'

export type Kind = 'product' | 'opening' | Step['kind']

/** @param kind and how many of the kind have begun with this one */
export type OnBegin = (kind: Kind, count: number) => void

interface Task { kind: Kind, keys: string[], work: () => Promise<void> }

/** Calls in flight. */
const WINDOW = 16
const UPDATE_EVERY = 10
export const OPENING_LINES = 100

/** The name that a product has in the end: the ERP renames every tenth. */
export const finalName = ({ name }: RetailProduct, index: number): string => index % UPDATE_EVERY === 0 ? `${name} (updated)` : name

export async function runMonth (erp: Erp, plan: Plan, onBegin: OnBegin): Promise<void> {
  const begun = new Map<Kind, number>()
  const begin = (kind: Kind): void => {
    begun.set(kind, (begun.get(kind) ?? 0) + 1)
    onBegin(kind, begun.get(kind)!)
  }
  await inOrder(
    plan.products.map((product, index) => ({
      kind: 'product',
      keys: [],
      work: async () => {
        await createProduct(erp, plan, product, index)
      }
    })),
    begin
  )
  await inOrder(
    chunks(plan.opening).map(lines => ({
      kind: 'opening',
      keys: [],
      work: async () => {
        await open(erp, lines)
      }
    })),
    begin
  )
  const shippable = new Map<string, boolean>()
  await inOrder(plan.steps.map(step => ({ kind: step.kind, keys: keysOf(step, plan.scarce), work: async () => { await take(erp, step, shippable) } })), begin)
}

/** Begins tasks in their order, several at a time; one that shares a key with an earlier one waits for its end. */
async function inOrder (tasks: readonly Task[], begin: (kind: Kind) => void): Promise<void> {
  const last = new Map<string, Promise<void>>()
  const running = new Set<Promise<void>>()
  for (const { kind, keys, work } of tasks) {
    if (running.size >= WINDOW) await Promise.race(running)
    const run = Promise.all(keys.map(async key => { await last.get(key) })).then(async () => {
      begin(kind)
      await work()
    }).finally(() => { running.delete(run) })
    running.add(run)
    for (const key of keys) last.set(key, run)
  }
  await Promise.all(running)
}

function keysOf (step: Step, scarce: ReadonlySet<string>): string[] {
  const products = step.kind === 'order' || step.kind === 'return' ? step.lines : step.kind === 'cancel' ? step.parts : []
  const keys = new Set(products.filter(({ key }) => scarce.has(key)).map(({ key }) => `product ${key}`))
  if ('ref' in step) keys.add(`order ${step.ref}`)
  if (step.customer !== null) keys.add(`customer ${step.customer}`)
  return [...keys]
}

interface Changed { product: { id: string, name: string, version: number } }

async function createProduct (erp: Erp, plan: Plan, product: RetailProduct, index: number): Promise<void> {
  const { sku, name, price, isService } = product
  const key = sku.toLowerCase()
  const tracking = plan.batches.has(key) ? { trackBatch: true, trackExpiry: true } : {}
  const body = { sku, name, price, currency: 'GBP', externalRef: `ERP-${sku}`, kind: isService ? 'service' : 'stock', ...tracking }
  const created = await erp.write('product.create', 201, 'POST', '/products', body) as Changed | null
  if (created === null) return
  const renamed = finalName(product, index)
  const known = renamed === name
    ? created
    : await erp.write('product.update', 200, 'PATCH', `/products/${created.product.id}`, { name: renamed }) as Changed | null
  if (known !== null) erp.ledger.products.set(key, known.product)
}

async function open (erp: Erp, lines: readonly OpeningLine[]): Promise<void> {
  await erp.write('opening', 201, 'POST', '/stock/adjustments', {
    reason: 'opening', reference: 'OPENING-2010-12', lines: lines.map(({ key, ...line }) => line)
  })
}

async function take (erp: Erp, step: Step, shippable: Map<string, boolean>): Promise<void> {
  if (step.kind === 'order') {
    const lines = step.lines.map(({ sku, quantity, price, no }) => ({ sku, qty: quantity, unitPrice: price.toFixed(2), externalLineRef: `${no}` }))
    const customer = step.customer === null ? null : { ref: step.customer }
    const order = await erp.write('order', 201, 'POST', '/orders', {
      externalRef: step.ref, currency: 'GBP', customer, attributes: { invoicedAt: step.lines[0]!.at }, lines
    })
    shippable.set(step.ref, hasAllocated(order))
  } else if (step.kind === 'cancel') {
    const lines = step.parts.map(({ lineNo, qty }) => ({ lineNo, qty }))
    const order = await erp.write('cancel', 200, 'POST', `/orders/ref:${step.ref}/cancel`, { reason: `credit note ${step.invoice}`, lines })
    shippable.set(step.ref, hasAllocated(order))
  } else if (step.kind === 'return') {
    const lines = step.lines.map(({ sku, quantity }) => ({ sku, delta: -quantity }))
    await erp.write('return', 201, 'POST', '/stock/adjustments', { reason: 'customer_return', reference: step.invoice, lines })
  } else if (shippable.get(step.ref) === true) {
    await ship(erp, step.ref)
  }
}

const hasAllocated = (order: Record<string, unknown> | null): boolean =>
  (order?.['lines'] as Array<{ qtyAllocated: number }> | undefined)?.some(line => line.qtyAllocated > 0) ?? false

/** What the floor reports: everything that was allocated leaves in one parcel. */
async function ship (erp: Erp, ref: string): Promise<void> {
  for (const step of ['release', 'pick', 'pack']) await erp.write(step, 200, 'POST', `/orders/ref:${ref}/${step}`, {})
  const shipped = await erp.write('ship', 200, 'POST', `/orders/ref:${ref}/ship`, { carrierCode: 'DPD', trackingNumber: `DPD-${ref}` })
  const [shipment] = (shipped?.['shipments'] ?? []) as Array<{ id: string }>
  if (shipment !== undefined) await erp.write('track', 200, 'PATCH', `/shipments/${shipment.id}`, { status: 'in_transit' })
}

function chunks (lines: readonly OpeningLine[]): OpeningLine[][] {
  return Array.from({ length: Math.ceil(lines.length / OPENING_LINES) }, (_, index) => lines.slice(index * OPENING_LINES, (index + 1) * OPENING_LINES))
}
