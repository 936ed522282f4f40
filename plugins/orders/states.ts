// The states of an order and the steps that lead from one to another. Holds and allocation are axes of their own.
import { AppError } from '#kernel'

export const ORDER_STATUSES = [
  'draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped', 'shipped', 'delivered', 'closed', 'cancelled'
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** Where each step may begin. */
const STEPS = {
  submit: ['draft'],
  edit: ['draft', 'open', 'released', 'picking'],
  allocate: ['open', 'released', 'picking', 'partially_shipped'],
  deallocate: ['open', 'released', 'picking', 'partially_shipped'],
  release: ['open'],
  unrelease: ['released'],
  pick: ['released', 'picking', 'partially_shipped'],
  'reset the pick': ['picking'],
  pack: ['picked', 'partially_shipped'],
  unpack: ['packed'],
  ship: ['picked', 'packed', 'partially_shipped'],
  'un-ship': ['shipped'],
  deliver: ['shipped'],
  close: ['partially_shipped'],
  cancel: ['draft', 'open', 'released', 'picking', 'picked', 'packed'],
  hold: ['draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped']
} as const satisfies Record<string, readonly OrderStatus[]>

export type Step = keyof typeof STEPS

/** What may be done with an order in this state, but for what an operator's settings or a hold forbid. */
export function legalSteps (status: OrderStatus): Step[] {
  return (Object.keys(STEPS) as Step[]).filter(step => (STEPS[step] as readonly OrderStatus[]).includes(status))
}

/** @throws AppError 409 `order.illegal_transition` naming the legal steps */
export function checkStep (status: OrderStatus, step: Step): void {
  if ((STEPS[step] as readonly OrderStatus[]).includes(status)) return
  throw illegal(`An order that is ${status} takes no step "${step}"`, status)
}

export function illegal (sentence: string, status: OrderStatus): AppError {
  const legal = legalSteps(status)
  const rest = legal.length === 0 ? `${status} is final` : `legal from ${status}: ${legal.join(', ')}`
  return new AppError(409, 'order.illegal_transition', `${sentence}; ${rest}.`)
}

/** How far an order has come, for settings like "until picking". */
export function isBeyond (status: OrderStatus, limit: OrderStatus): boolean {
  return ORDER_STATUSES.indexOf(status) > ORDER_STATUSES.indexOf(limit)
}
