// Changes to an order's own fields and lines, and the steps that a status in a patch asks for.
import { isDeepStrictEqual } from 'node:util'
import { brokenRule, type Tx } from '#kernel'
import { plain } from '../../inventory/public.js'
import { openUnits, viewOf, type Line } from '../aggregate.js'
import { conflict, lineTwice, unknownLine } from '../errors.js'
import { SAID, type CreateSettingsValues, type LinesInput, type OrderPatch, type OrderView, type UpdateSettingsValues } from '../schemas/orders.js'
import { checkStep, illegal, isBeyond, type OrderStatus, type Step } from '../states.js'
import type { OrderAlias } from '../store-orders.js'
import { allocateLines } from './allocate.js'
import { afterPart } from './cancel.js'
import { OrderChange, type Scope, type Services } from './change.js'
import { afterOpening } from './create.js'
import { closeRest, deliver, resetPick, unpack, unship } from './back.js'
import { checkHeader } from './header.js'
import { checkPins, productsOf, toLines } from './lines.js'
import { letGo, setBackordered, trimBackordered } from './stock.js'

export interface Edits {
  update: (tx: Tx, scope: Scope, alias: OrderAlias, patch: OrderPatch) => Promise<OrderView>
  updateLines: (tx: Tx, scope: Scope, alias: OrderAlias, input: LinesInput) => Promise<OrderView>
}

export function createEdits (services: Services): Edits {
  const { kernel, catalog } = services
  const checkEditable = ({ order }: OrderChange): void => {
    checkStep(order.status, 'edit')
    const { editableUntil } = kernel.settings<UpdateSettingsValues>('order.update')
    if (isBeyond(order.status, editableUntil)) throw illegal(`The operator of this service lets orders change until they are ${editableUntil}`, order.status)
  }

  return {
    async update (tx, scope, alias, { status, reason, ...fields }) {
      const change = await OrderChange.begin(services, tx, scope, alias, null)
      if (Object.keys(fields).length > 0) {
        checkEditable(change)
        patchHeader(change, fields)
      }
      if (status !== undefined) await step(change, status, reason ?? null)
      return await change.finish()
    },

    async updateLines (tx, scope, alias, { lines: inputs }) {
      const change = await OrderChange.begin(services, tx, scope, alias, null)
      checkEditable(change)
      const settings = kernel.settings<CreateSettingsValues>('order.create')
      if (inputs.length > settings.maxLines) throw brokenRule('order.too_many_lines', '/lines', `must be at most ${settings.maxLines}: the operator of this service takes no longer orders`)
      const { order } = change
      const before = order.lines
      const former = viewOf(order).lines
      checkPins(kernel, inputs.filter(({ lineNo, batch = null }) => batch !== before.find(line => line.lineNo === lineNo)?.pinnedBatch))
      let last = Math.max(...before.map(line => line.lineNo))
      const wanted = toLines(inputs, await productsOf(catalog, tx, order.ownerId, inputs), 'reject', index => inputs[index]!.lineNo ?? ++last, new Set(before.map(line => line.productId)))
      const { lines: after, isChanged, narrowed } = merge(before, wanted, inputs)
      const gone = before.filter(line => !after.includes(line))
      if (gone.length === 0 && !isChanged) return await change.finish()
      checkGone(gone)
      const book = await change.openBook([...new Set([...before, ...after])])
      for (const line of gone) {
        letGo(book, order, line, line.allocated)
        setBackordered(book, order, line, 0)
      }
      for (const line of after) {
        letGo(book, order, line, narrowed.has(line) ? line.allocated : Math.max(0, -openUnits(line)))
        if (line.isStocked && line.productId !== null) trimBackordered(book, order, line)
      }
      order.lines = after
      change.tell('order.updated', null, { lines: former, ...after.length === before.length ? {} : { lineCount: before.length } })
      if (order.status !== 'draft' && order.holds.length === 0 && settings.autoAllocate) await allocateLines(change, after, settings.onShortage)
      afterPart(change, null)
      return await change.finish()
    }
  }
}

/** What a line of a request may change of a line of the order. */
const EDITABLE = ['externalLineRef', 'productId', 'sku', 'name', 'isStocked', 'uomCode', 'qtyUom', 'ordered', 'pinnedBatch', 'minShelfLifeDays', 'unitPrice', 'attributes'] as const

/** @returns the lines as they are to be; `narrowed` are those for which what is set aside may not do any more */
function merge (before: readonly Line[], wanted: readonly Line[], inputs: LinesInput['lines']): { lines: Line[], isChanged: boolean, narrowed: ReadonlySet<Line> } {
  const seen = new Set<number>()
  const narrowed = new Set<Line>()
  let isChanged = false
  const lines = wanted.map((line, index) => {
    const { lineNo: named } = inputs[index]!
    const known = before.find(other => other.lineNo === named)
    if (named !== undefined && seen.has(named)) throw lineTwice(`/lines/${index}/lineNo`)
    if (named !== undefined && known === undefined) throw unknownLine(`/lines/${index}/lineNo`)
    seen.add(line.lineNo)
    if (known === undefined) {
      isChanged = true
      return line
    }
    checkMerge(known, line, `/lines/${index}`)
    const said = Object.fromEntries(EDITABLE.map(name => [name, line[name]]))
    isChanged ||= EDITABLE.some(name => !isDeepStrictEqual(known[name], said[name]))
    if (isNarrower(line, known)) narrowed.add(known)
    return Object.assign(known, said)
  })
  return { lines, isChanged, narrowed }
}

const isNarrower = (line: Line, known: Line): boolean =>
  (line.pinnedBatch !== null && line.pinnedBatch !== known.pinnedBatch) || (line.minShelfLifeDays ?? 0) > (known.minShelfLifeDays ?? 0)

function checkMerge (known: Line, line: Line, pointer: string): void {
  if (known.productId !== null && known.productId !== line.productId) throw brokenRule('order.other_product', `${pointer}/sku`, `must be ${known.sku}, which the line has: remove it and add another`)
  const least = known.picked + known.packed + known.shipped + known.cancelled
  if (line.ordered < least) throw brokenRule('order.quantity', `${pointer}/qty`, `must come to at least ${plain(least)}: so much of the line is picked, shipped or cancelled`)
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
  if (names.length > 0) change.tell('order.updated', null, Object.fromEntries(names.map(name => [name, before[name]])))
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
  if (name === undefined) throw illegal(`An order that is ${order.status} does not become ${to}`, order.status)
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
