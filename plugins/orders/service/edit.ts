// Changes to an order's own fields and lines, and the steps that a status in a patch asks for.
import { isDeepStrictEqual } from 'node:util'
import { brokenRule, toDecimal, type Tx } from '#kernel'
import { openUnits, viewOf, type Line } from '../domain/order.js'
import { conflict } from '../errors.js'
import { SAID, type CreateSettingsValues, type LinesInput, type OrderPatch, type OrderView } from '../schemas/orders.js'
import { illegal, type OrderStatus, type Step } from '../domain/states.js'
import type { OrderAlias } from '../domain/order-alias.js'
import { allocateLines } from './allocate.js'
import { OrderChange, type Scope, type Services } from './order-change.js'
import { afterOpening } from './create.js'
import { closeRest, deliver, resetPick, unpack, unship } from './status-steps.js'
import { checkHeader } from './header.js'
import { checkPins, wantedLines, type WantedLine } from './lines.js'
import { letGo, setBackordered, trimBackordered } from './stock.js'

export interface Edits {
  update: (tx: Tx, scope: Scope, alias: OrderAlias, patch: OrderPatch) => Promise<OrderView>
  updateLines: (tx: Tx, scope: Scope, alias: OrderAlias, input: LinesInput) => Promise<OrderView>
}

export function createEdits (services: Services): Edits {
  const { kernel } = services
  return {
    async update (tx, scope, alias, { status, reason, ...fields }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, null)
      if (Object.keys(fields).length > 0) patchHeader(change, fields)
      if (status !== undefined) await step(change, status, reason ?? null)
      return await change.finish()
    },

    async updateLines (tx, scope, alias, { lines: inputs }) {
      const change = await OrderChange.begin(services, tx, { ...scope, alias }, null)
      const settings = kernel.settings<CreateSettingsValues>('order.create')
      const { order } = change
      const before = order.lines
      const former = viewOf(order).lines
      const wanted = await wantedLines(change, inputs)
      const gone = before.filter(line => !wanted.some(({ known }) => known === line))
      if (gone.length === 0 && !wanted.some(isChange)) return await change.finish()
      change.check('edit lines')
      if (inputs.length > settings.maxLines) {
        throw brokenRule('order.too_many_lines', '/lines', `must be at most ${settings.maxLines}: the operator of this service takes no longer orders`)
      }
      checkPins(kernel, wanted.filter(({ known, line }) => line.pinnedBatch !== (known?.pinnedBatch ?? null)).map(({ line }) => ({ batch: line.pinnedBatch })))
      checkGone(gone)
      const { lines: after, narrowed } = merge(wanted)
      const book = await change.openBook([...new Set([...before, ...after])])
      for (const line of gone) {
        letGo({ book, order }, line, line.allocated)
        if (line.isStocked && line.productId !== null) setBackordered(book, order, line, 0)
      }
      for (const line of after) {
        letGo({ book, order }, line, narrowed.has(line) ? line.allocated : Math.max(0, -openUnits(line)))
        if (line.isStocked && line.productId !== null) trimBackordered(book, order, line)
      }
      order.lines = after
      change.publish('order.updated', null, { lines: former, ...after.length === before.length ? {} : { lineCount: before.length } })
      if (order.status !== 'draft' && order.holds.length === 0 && settings.autoAllocate) await allocateLines(change, after, settings.onShortage)
      change.settle()
      return await change.finish()
    }
  }
}

/** What a line of a request may change of a line of the order. */
const EDITABLE = ['externalLineRef', 'productId', 'sku', 'name', 'isStocked', 'uomCode', 'qtyUom', 'ordered', 'pinnedBatch', 'minShelfLifeDays', 'unitPrice',
  'attributes'] as const

type Merge = WantedLine & { known: Line }

const isChange = ({ known, line }: WantedLine): boolean => known === undefined || EDITABLE.some(name => !isDeepStrictEqual(known[name], line[name]))

/** @returns the lines as they are to be; `narrowed` are those for which what is allocated may not do any more */
function merge (wanted: readonly WantedLine[]): { lines: Line[], narrowed: ReadonlySet<Line> } {
  const narrowed = new Set<Line>()
  const lines = wanted.map((each, index) => {
    const { known, line } = each
    if (known === undefined) return line
    checkMerge(each as Merge, `/lines/${index}`)
    if (isNarrower(line, known)) narrowed.add(known)
    return Object.assign(known, Object.fromEntries(EDITABLE.map(name => [name, line[name]])))
  })
  return { lines, narrowed }
}

const isNarrower = (line: Line, known: Line): boolean =>
  (line.pinnedBatch !== null && line.pinnedBatch !== known.pinnedBatch) || (line.minShelfLifeDays ?? 0) > (known.minShelfLifeDays ?? 0)

function checkMerge ({ known, line }: Merge, pointer: string): void {
  if (known.productId !== null && known.productId !== line.productId) {
    throw brokenRule('order.other_product', `${pointer}/sku`, `must be ${known.sku}, which the line has: remove it and add another`)
  }
  const least = known.picked + known.packed + known.shipped + known.cancelled
  if (line.ordered < least) {
    throw brokenRule('order.quantity', `${pointer}/qty`, `must come to at least ${toDecimal(least)}: so much of the line is picked, shipped or cancelled`)
  }
}

function checkGone (lines: readonly Line[]): void {
  // A parcel that was packed and opened again still names its line.
  const kept = lines.find(line => line.picked + line.packed + line.shipped + line.cancelled > 0)
  if (kept !== undefined) throw conflict('order.line_picked', `Line ${kept.lineNo} can't be removed: a part of it is picked, shipped or cancelled.`)
}

function patchHeader (change: OrderChange, fields: Omit<OrderPatch, 'status' | 'reason'>): void {
  const { order } = change
  const before = Object.fromEntries(SAID.map(name => [name, order[name]]))
  const after = mergePatch(before, fields)
  // A field that is removed is null.
  Object.assign(order, Object.fromEntries(SAID.map(name => [name, after[name] ?? null])))
  checkHeader(order)
  const names = SAID.filter(name => !isDeepStrictEqual(before[name], order[name]))
  if (names.length === 0) return
  change.check('edit')
  change.publish('order.updated', null, Object.fromEntries(names.map(name => [name, before[name]])))
}

/** RFC 7396, section 2: objects are merged, null removes, everything else replaces. */
function mergePatch (target: unknown, patch: Record<string, unknown>): Record<string, unknown> {
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, said] of Object.entries(patch)) {
    if (said === null) merged.delete(name)
    else merged.set(name, isObject(said) ? mergePatch(merged.get(name), said) : said)
  }
  return Object.fromEntries(merged)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where a status leads from here; what else a status means is a step with an operation of its own. */
async function step (change: OrderChange, to: NonNullable<OrderPatch['status']>, reason: string | null): Promise<void> {
  const { order, services: { kernel } } = change
  if (order.status === to) return
  const name = STEPS[`${order.status} ${to}`]
  if (name === undefined) throw illegal(`An order that is ${order.status} does not become ${to}`, order, change.limits)
  switch (name) {
    case 'submit':
      change.moveTo('open', reason)
      return order.holds.length > 0 ? undefined : await afterOpening(change, kernel.settings<CreateSettingsValues>('order.create'))
    case 'unrelease': return change.moveTo('open', reason)
    case 'reset the pick': return await resetPick(change, reason)
    case 'unpack': return await unpack(change, reason)
    case 'un-ship': return await unship(change, reason)
    case 'deliver': return deliver(change, reason)
    case 'close': return await closeRest(change, reason)
  }
}

const STEPS: Readonly<Record<string, Extract<Step, 'submit' | 'unrelease' | 'reset the pick' | 'unpack' | 'un-ship' | 'deliver' | 'close'>>> = {
  'draft open': 'submit',
  'released open': 'unrelease',
  'picking open': 'reset the pick',
  'packed picked': 'unpack',
  'shipped packed': 'un-ship',
  'shipped delivered': 'deliver',
  'partially_shipped closed': 'close'
} satisfies Partial<Record<`${OrderStatus} ${OrderStatus}`, Step>>
