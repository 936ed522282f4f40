// What the ERP is to do with the file: opening stock, and each invoice in its time order as an order, a cancellation, a return, or a line
// of the report. Only the file and the rules here decide it, never an answer of the service.
import { Undoing } from './undoing.js'
import type { Retail, RetailLine, RetailProduct } from './retail.js'

export interface OpeningLine { key: string, sku: string, delta: number, batch?: string, expiryDate?: string }

export type Step =
  | { kind: 'order', ref: string, customer: string | null, lines: RetailLine[] }
  | { kind: 'cancel', ref: string, invoice: string, customer: string | null, parts: Array<{ lineNo: number, key: string, qty: number }> }
  | { kind: 'return', invoice: string, customer: string | null, lines: RetailLine[] }
  | { kind: 'ship', ref: string, customer: string | null }

export interface Plan {
  products: RetailProduct[]
  /** What is to lie there before the month begins. */
  opening: OpeningLine[]
  steps: Step[]
  /** Keys of products of which too little is there: who asks first gets it, so their steps keep their order. */
  scarce: Set<string>
  /** Keys of products in two batches: a little more than half of what is wanted lies in the one that expires last. */
  batches: Set<string>
  /** What becomes of each line of the file: its numbers, by fate. */
  fates: Map<string, number[]>
}

export const ORDERED = 'lines of orders'
export const CANCELLED = 'lines of cancellations of an order'
export const RETURNED = 'lines of returns'
/** What is left over of products that are not short. */
export const SPARE = 10
const FIRST_BATCH = { batch: 'LOT-A', expiryDate: '2098-06-30' }
export const SECOND_BATCH = { batch: 'LOT-B', expiryDate: '2099-06-30' }

/**
 * Of each twenty products one is short by a tenth, and one, if nothing of it comes back, is tracked by batch and expiry date. Of those that are
 * short, the excerpt and the whole month ship some in part and cancel some in part while they wait.
 */
const isShort = (index: number): boolean => index % 20 === 7
const isBatched = (index: number): boolean => index % 20 === 13

export function planMonth ({ products, lines }: Retail): Plan {
  const services = new Set(products.filter(product => product.isService).map(({ sku }) => sku.toLowerCase()))
  const fates = new Map<string, number[]>([[ORDERED, []], [CANCELLED, []], [RETURNED, []]])
  const note = (fate: string, noted: readonly RetailLine[]): void => { fates.set(fate, [...fates.get(fate) ?? [], ...noted.map(({ no }) => no)]) }
  const steps: Step[] = []
  const undoing = new Undoing()
  const demand = new Map<string, number>()
  const comesBack = new Set<string>()
  /** What leaves at the end of the first day with trade; null once it has. */
  let floor: Array<Step & { kind: 'ship' }> | null = []
  let firstDay = ''

  for (const invoice of invoicesOf(lines)) {
    const good = invoice.filter(line => {
      const fault = faultOf(line)
      if (fault !== null) note(`not taken: ${fault}`, [line])
      return fault === null
    })
    const [first] = good
    if (first === undefined) continue
    const day = first.at.slice(0, 10)
    if (floor !== null && floor.length > 0 && day !== firstDay) {
      steps.push(...floor)
      for (const { ref } of floor) undoing.hasLeft(ref)
      floor = null
    }
    if (floor?.length === 0) firstDay = day
    const { invoice: ref, customer } = first
    if (!isReturn(first)) {
      steps.push({ kind: 'order', ref, customer, lines: good })
      floor?.push({ kind: 'ship', ref, customer })
      undoing.ordered(ref, customer, good)
      note(ORDERED, good)
      for (const { key, quantity } of good) demand.set(key, (demand.get(key) ?? 0) + quantity)
      continue
    }
    for (const { key } of good) comesBack.add(key)
    const undone = undoing.find(customer, good)
    if (undone !== null) {
      steps.push({ kind: 'cancel', ...undone, invoice: ref, customer })
      note(CANCELLED, good)
      continue
    }
    const goods = good.filter(({ key }) => !services.has(key))
    const refunds = good.filter(({ key }) => services.has(key))
    note(RETURNED, goods)
    if (refunds.length > 0) note('not taken: refund of a service whose order is not there', refunds)
    if (goods.length > 0) steps.push({ kind: 'return', invoice: ref, customer, lines: goods })
  }
  steps.push(...floor ?? [])
  return { products, steps, fates, ...openingOf(products, demand, comesBack) }
}

function openingOf (
  products: readonly RetailProduct[], demand: ReadonlyMap<string, number>, comesBack: ReadonlySet<string>
): Pick<Plan, 'opening' | 'scarce' | 'batches'> {
  const opening: OpeningLine[] = []
  const scarce = new Set<string>()
  const batches = new Set<string>()
  products.forEach(({ sku, isService }, index) => {
    const key = sku.toLowerCase()
    const wanted = demand.get(key) ?? 0
    if (isService || wanted === 0) return
    if (isShort(index)) {
      scarce.add(key)
      const delta = Math.floor(wanted * 0.9)
      if (delta > 0) opening.push({ key, sku, delta })
    } else if (isBatched(index) && !comesBack.has(key)) {
      const half = Math.ceil(wanted / 2)
      batches.add(key)
      opening.push({ key, sku, delta: half, ...FIRST_BATCH }, { key, sku, delta: wanted - half + SPARE, ...SECOND_BATCH })
    } else {
      opening.push({ key, sku, delta: wanted + SPARE })
    }
  })
  return { opening, scarce, batches }
}

/** The lines of each invoice, the invoices in the order of their time. */
function invoicesOf (lines: readonly RetailLine[]): RetailLine[][] {
  const invoices = new Map<string, RetailLine[]>()
  for (const line of lines) {
    const known = invoices.get(line.invoice)
    if (known === undefined) invoices.set(line.invoice, [line])
    else known.push(line)
  }
  return [...invoices.values()].sort(([a], [b]) => a!.at < b!.at ? -1 : a!.at > b!.at ? 1 : 0)
}

const isReturn = ({ invoice }: RetailLine): boolean => invoice.startsWith('C')

/** Why neither an order nor a return can have the line; null if one can. */
function faultOf (line: RetailLine): string | null {
  const { invoice, sku, quantity, price, at } = line
  if (invoice === '') return 'no invoice number'
  if (sku === '') return 'no product code'
  if (Number.isNaN(Date.parse(at))) return 'no date'
  if (!Number.isInteger(quantity)) return 'no whole quantity'
  if (isReturn(line)) return quantity < 0 ? null : 'a cancellation that takes nothing back'
  if (quantity <= 0) return 'quantity not above 0'
  return price > 0 ? null : 'price not above 0'
}
