// An inbound order in memory: what is expected, what has come, and which steps are legal. Quantities in ten-thousandths. Its row is locked while it changes.
import { AppError, toDecimal, toUnits } from '#kernel'
import type { InboundLineView, InboundView } from '../schemas/inbound.js'

export type Status = InboundView['status']

export interface Line extends Omit<InboundLineView, 'qtyExpected' | 'qtyReceived' | 'qtyDamaged' | 'qtyOpen'> {
  expected: number
  received: number
  damaged: number
}

export interface Inbound extends Omit<InboundView, 'lines'> { lines: Line[] }

const BEFORE_RECEIPT = ['draft', 'expected', 'in_transit', 'arrived'] as const
/** Which step begins where, and the call that takes it: what is refused and what a refusal names come from here. */
const STEPS = {
  update: { call: 'PATCH /inbound-orders/{id}', from: BEFORE_RECEIPT },
  arrive: { call: 'POST /inbound-orders/{id}/arrive', from: ['expected', 'in_transit'] },
  receive: { call: 'POST /inbound-orders/{id}/receive', from: ['expected', 'in_transit', 'arrived', 'receiving', 'received'] },
  close: { call: 'POST /inbound-orders/{id}/close', from: ['receiving', 'received'] },
  cancel: { call: 'POST /inbound-orders/{id}/cancel', from: BEFORE_RECEIPT }
} as const satisfies Record<string, { call: string, from: readonly Status[] }>
export type Step = keyof typeof STEPS

/** @throws AppError 409 `inbound.illegal_transition` naming the calls that are legal */
export function checkStep ({ status }: Pick<Inbound, 'status'>, step: Step): void {
  if ((STEPS[step].from as readonly Status[]).includes(status)) return
  throw illegal(`An inbound order that is ${status} takes no step "${step}"`, status)
}

/** Until goods come it goes forward by hand. @throws AppError 409 `inbound.illegal_transition` */
export function checkForward (from: Status, to: Status): void {
  const order: readonly Status[] = BEFORE_RECEIPT
  if (order.indexOf(to) < order.indexOf(from)) throw illegal(`An inbound order that is ${from} does not become ${to} again`, from)
}

function illegal (sentence: string, status: Status): AppError {
  const calls = Object.values(STEPS).filter(({ from }) => (from as readonly Status[]).includes(status)).map(({ call }) => call)
  const rest = calls.length === 0 ? `${status} is final` : `legal from ${status}: ${calls.join(', ')}`
  return new AppError(409, 'inbound.illegal_transition', `${sentence}; ${rest}.`)
}

const isOpen = (status: Status): boolean => status !== 'draft' && status !== 'closed' && status !== 'cancelled'

/** What of a line is still to come. */
export const openUnits = ({ status }: Pick<Inbound, 'status'>, { expected, received }: Line): number =>
  isOpen(status) ? Math.max(0, expected - received) : 0

/** What is incoming of each product because of it. */
export function incomingOf (inbound: Inbound | null): Map<string, number> {
  const sums = new Map<string, number>()
  for (const line of inbound?.lines ?? []) sums.set(line.productId, (sums.get(line.productId) ?? 0) + openUnits(inbound!, line))
  return sums
}

export const isComplete = ({ lines }: Inbound): boolean => lines.every(({ expected, received }) => received >= expected)

export function viewOf (inbound: Inbound): InboundView {
  return {
    ...inbound,
    lines: inbound.lines.map(line => {
      const { expected, received, damaged, ...rest } = line
      return {
        ...rest,
        qtyExpected: toDecimal(expected),
        qtyReceived: toDecimal(received),
        qtyDamaged: toDecimal(damaged),
        qtyOpen: toDecimal(openUnits(inbound, line))
      }
    })
  }
}

export function fromView (view: InboundView): Inbound {
  return {
    ...view,
    lines: view.lines.map(({ qtyExpected, qtyReceived, qtyDamaged, qtyOpen: _, ...line }) =>
      ({ ...line, expected: toUnits(qtyExpected), received: toUnits(qtyReceived), damaged: toUnits(qtyDamaged) }))
  }
}
