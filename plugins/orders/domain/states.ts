// The states of an order and the steps that lead from one to another: one table decides what is legal and says it. Holds and allocation are axes of their own.
import { AppError } from '#kernel'

export const ORDER_STATUSES = [
  'draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped', 'shipped', 'delivered', 'closed', 'cancelled'
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** What the operator's settings say of how far an order may have come. */
export interface Limits { editableUntil: OrderStatus, cancelUntil: OrderStatus, shipWithoutPick: boolean }

/** What of an order decides. */
export interface Progress {
  status: OrderStatus
  holds: readonly unknown[]
  lines: ReadonlyArray<{ isStocked: boolean } & Record<'ordered' | 'allocated' | 'picked' | 'packed' | 'shipped' | 'cancelled' | 'backordered', number>>
}

interface Rule {
  /** How a client asks for it. */
  call: string
  /** Where it may begin. */
  from: readonly OrderStatus[]
  /** What there must be of the order for it; else it has nothing to do. */
  needs?: (order: Progress) => boolean
  /** It waits for the holds of the order. */
  isHeldBack?: true
  /** The setting that ends it earlier. */
  until?: 'editableUntil' | 'cancelUntil'
}

const some = (quantity: 'allocated' | 'picked' | 'packed' | 'backordered') => ({ lines }: Progress): boolean => lines.some(line => line[quantity] > 0)
const openOf = ({ ordered, allocated, picked, packed, shipped, cancelled }: Progress['lines'][number]): number =>
  ordered - allocated - picked - packed - shipped - cancelled
/** Services are in no stock: an order of nothing else needs no pick. */
export const isServiceOnly = ({ lines }: Pick<Progress, 'lines'>): boolean =>
  lines.every(line => !line.isStocked || line.cancelled === line.ordered) && lines.some(line => !line.isStocked && openOf(line) > 0)
const either = (a: Parameters<typeof some>[0], b: Parameters<typeof some>[0]) => (order: Progress): boolean => some(a)(order) || some(b)(order)

const BEFORE_IT_LEFT = ['draft', 'open', 'released', 'picking', 'picked', 'packed'] as const
const ON_THE_FLOOR = ['picking', 'picked', 'packed', 'partially_shipped'] as const
const HAS_PICKED = ['picking', 'picked', 'partially_shipped'] as const
const ALLOCATABLE = ['open', 'released', 'picking', 'picked', 'packed', 'partially_shipped'] as const

const STEPS = {
  submit: { call: 'PATCH /orders/{id} with status open', from: ['draft'] },
  edit: { call: 'PATCH /orders/{id}', from: [...BEFORE_IT_LEFT, 'partially_shipped'], until: 'editableUntil' },
  'edit lines': { call: 'PUT /orders/{id}/lines', from: [...BEFORE_IT_LEFT, 'partially_shipped'], until: 'editableUntil' },
  allocate: { call: 'POST /orders/{id}/allocate', from: ALLOCATABLE, needs: ({ lines }) => lines.some(line => line.isStocked && openOf(line) > 0) },
  deallocate: { call: 'POST /orders/{id}/deallocate', from: ALLOCATABLE, needs: either('allocated', 'backordered') },
  substitute: { call: 'POST /orders/{id}/substitute', from: ALLOCATABLE, needs: either('allocated', 'picked') },
  release: { call: 'POST /orders/{id}/release', from: ['open'], needs: order => some('allocated')(order) || isServiceOnly(order), isHeldBack: true },
  unrelease: { call: 'PATCH /orders/{id} with status open', from: ['released'] },
  pick: { call: 'POST /orders/{id}/pick', from: ['released', 'picking', 'partially_shipped'], needs: some('allocated'), isHeldBack: true },
  unpick: { call: 'POST /orders/{id}/unpick', from: HAS_PICKED, needs: some('picked') },
  'reset the pick': { call: 'PATCH /orders/{id} with status open', from: ['picking'] },
  pack: { call: 'POST /orders/{id}/pack', from: HAS_PICKED, needs: some('picked'), isHeldBack: true },
  unpack: { call: 'POST /orders/{id}/unpack', from: ON_THE_FLOOR, needs: some('packed') },
  ship: { call: 'POST /orders/{id}/ship', from: ON_THE_FLOOR, needs: order => either('picked', 'packed')(order) || isServiceOnly(order), isHeldBack: true },
  'un-ship': { call: 'PATCH /orders/{id} with status packed', from: ['shipped'] },
  deliver: { call: 'PATCH /orders/{id} with status delivered', from: ['shipped'] },
  close: { call: 'PATCH /orders/{id} with status closed', from: ['partially_shipped'] },
  cancel: { call: 'POST /orders/{id}/cancel', from: BEFORE_IT_LEFT, until: 'cancelUntil' },
  'cancel lines': {
    call: 'POST /orders/{id}/cancel with lines',
    from: [...BEFORE_IT_LEFT, 'partially_shipped'],
    needs: ({ lines }) => lines.some(line => line.ordered > line.picked + line.packed + line.shipped + line.cancelled)
  },
  hold: { call: 'POST /orders/{id}/hold', from: [...BEFORE_IT_LEFT, 'partially_shipped'] },
  'release the hold': { call: 'POST /orders/{id}/release-hold', from: [...BEFORE_IT_LEFT, 'partially_shipped'], needs: ({ holds }) => holds.length > 0 }
} as const satisfies Record<string, Rule>

export type Step = keyof typeof STEPS

const ruleOf = (step: Step): Rule => STEPS[step]

/** True where the status and the operator's settings allow the step; what else it needs is for the step itself to say. */
function mayTake (order: Progress, step: Step, limits: Limits): boolean {
  const { status } = order
  const { from, until } = ruleOf(step)
  if (step === 'ship' && (status === 'open' || status === 'released')) return limits.shipWithoutPick || (status === 'released' && isServiceOnly(order))
  return from.includes(status) && (until === undefined || !isBeyond(status, limits[until]))
}

/** What may be done with the order as it is now. */
export function legalSteps (order: Progress, limits: Limits): Step[] {
  return (Object.keys(STEPS) as Step[]).filter(step => {
    const { needs, isHeldBack = false } = ruleOf(step)
    if (isHeldBack && order.holds.length > 0) return false
    return mayTake(order, step, limits) && (needs === undefined || needs(order) || (step === 'ship' && limits.shipWithoutPick && some('allocated')(order)))
  })
}

/** The calls that ask for steps, each once. */
export const callsOf = (steps: readonly Step[]): string[] => [...new Set(steps.map(step => ruleOf(step).call))]

/** @throws AppError 409 `order.illegal_transition` naming what is legal */
export function checkStep (order: Progress, step: Step, limits: Limits): void {
  if (mayTake(order, step, limits)) return
  const { from, until } = ruleOf(step)
  const isEnded = until !== undefined && from.includes(order.status)
  throw illegal(
    isEnded
      ? `The operator of this service allows the step "${step}" until an order is ${limits[until]}, and this one is ${order.status}`
      : `An order that is ${order.status} takes no step "${step}"`,
    order,
    limits
  )
}

export function illegal (sentence: string, order: Progress, limits: Limits): AppError {
  const calls = callsOf(legalSteps(order, limits))
  const rest = calls.length === 0 ? `${order.status} is final` : `legal from ${order.status}: ${calls.join(', ')}`
  return new AppError(409, 'order.illegal_transition', `${sentence}; ${rest}.`)
}

/** How far an order has come, for settings like "until picking". */
function isBeyond (status: OrderStatus, limit: OrderStatus): boolean {
  return ORDER_STATUSES.indexOf(status) > ORDER_STATUSES.indexOf(limit)
}

/** Steps after which goods that turned out bad are out of the order, by where the goods are: of those, the ones that are legal now. */
const WAYS_OUT = {
  allocated: ['deallocate', 'substitute', 'cancel lines'],
  picked: ['unpick', 'substitute'],
  packed: ['unpack']
} as const satisfies Record<string, readonly Step[]>

/** How a client gets goods that must not leave out of an order. */
export function waysOut (order: Progress, stage: keyof typeof WAYS_OUT, limits: Limits): string {
  const legal = legalSteps(order, limits)
  return callsOf(WAYS_OUT[stage].filter(step => legal.includes(step))).join(', or ')
}
