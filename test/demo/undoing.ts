// Which order a cancelling invoice undoes: the latest of the same customer that still has all of it and has not left.
import type { RetailLine } from './retail.js'

interface Open { ref: string, left: Array<{ lineNo: number, key: string, qty: number }> }

export interface Undone { ref: string, parts: Array<{ lineNo: number, key: string, qty: number }> }

export class Undoing {
  readonly #byCustomer = new Map<string, Open[]>()
  readonly #gone = new Set<string>()

  ordered (ref: string, customer: string | null, lines: readonly RetailLine[]): void {
    if (customer === null) return
    const left = lines.map(({ key, quantity }, index) => ({ lineNo: index + 1, key, qty: quantity }))
    this.#byCustomer.set(customer, [...this.#byCustomer.get(customer) ?? [], { ref, left }])
  }

  hasLeft (ref: string): void {
    this.#gone.add(ref)
  }

  /** @returns the order and how much of which of its lines, null if there is none; what is undone can't be undone again */
  find (customer: string | null, lines: readonly RetailLine[]): Undone | null {
    if (customer === null) return null
    const wanted = new Map<string, number>()
    for (const { key, quantity } of lines) wanted.set(key, (wanted.get(key) ?? 0) - quantity)
    const has = ({ ref, left }: Open): boolean => !this.#gone.has(ref) &&
      [...wanted].every(([key, qty]) => left.reduce((sum, line) => sum + (line.key === key ? line.qty : 0), 0) >= qty)
    const order = this.#byCustomer.get(customer)?.findLast(has)
    if (order === undefined) return null
    const parts: Undone['parts'] = []
    for (const line of order.left) {
      const qty = Math.min(line.qty, wanted.get(line.key) ?? 0)
      if (qty === 0) continue
      line.qty -= qty
      wanted.set(line.key, wanted.get(line.key)! - qty)
      parts.push({ lineNo: line.lineNo, key: line.key, qty })
    }
    return { ref: order.ref, parts }
  }
}
