// Picking: exactly what was allocated is taken from the shelf; what is not found there is deallocated.
import { AppError, brokenRule, toDecimal } from '#kernel'
import { allocationsOf, type Allocation, type Line } from '../domain/order.js'
import { conflict, unknownLine } from '../errors.js'
import type { PickInput, PickSettingsValues, Released } from '../schemas/steps.js'
import type { OrderChange } from './order-change.js'
import { lookElsewhere, notFound } from './rework.js'
import { checkGood, checkReachable } from './stock-checks.js'
import { checkScales, codeOf } from './lines.js'
import { pickUnits, unitsOr } from './stock.js'

export async function pickAll (change: OrderChange): Promise<void> {
  if (change.order.status === 'open') change.moveTo('released')
  await pickLines(change, {})
}

export async function pickLines (change: OrderChange, { lines: named }: PickInput): Promise<void> {
  const { order, services: { kernel } } = change
  const { requireBatchScan } = kernel.settings<PickSettingsValues>('order.pick')
  const wishes = named ?? order.lines.filter(line => line.allocated > 0).map(({ lineNo }) => ({ lineNo }))
  if (wishes.length === 0) throw conflict('order.nothing_allocated', 'Nothing is allocated for the order that is not picked yet: allocate it first.')
  await checkScales(change, (named ?? []).map((wish, index) => ({ ...wish, pointer: `/lines/${index}` })))
  const book = await change.openBook()
  const floor = { book, order, warehouse: await change.warehouse() }
  const released: Released = []
  const short: Line[] = []
  wishes.forEach(({ batch: scanned, ...said }: NonNullable<PickInput['lines']>[number], index) => {
    const wish = { ...said, batch: codeOf(scanned) }
    const pointer = `/lines/${index}`
    const line = order.lines.find(known => known.lineNo === wish.lineNo)
    if (line === undefined) throw unknownLine(`${pointer}/lineNo`)
    const candidates = allocationsOf(order, line.lineNo, 'allocated')
    if (requireBatchScan && wish.batch === undefined && candidates.some(({ batch }) => batch !== null)) {
      throw brokenRule('pick.batch_required', `${pointer}/batch`, 'is required: the operator of this service wants the batch that was taken')
    }
    const fitting = candidates.filter(({ batch, location }) =>
      (wish.batch === undefined || batch?.code === wish.batch) &&
      (wish.location === undefined || location.code === wish.location || location.id === wish.location)
    )
    const there = fitting.reduce((units, allocation) => units + allocation.units, 0)
    const units = unitsOr(wish.qty, there)
    if (units > there || there === 0) throw notAllocated(pointer, line, candidates, wish)
    if (units === 0 && wish.shortReason === undefined) {
      throw brokenRule('order.quantity', `${pointer}/qty`, 'must be more than 0 unless shortReason says why nothing was found')
    }
    let left = units
    for (const allocation of fitting) {
      const part = Math.min(left, allocation.units)
      left -= part
      if (part > 0) {
        checkGood(change, book, allocation)
        checkReachable(change, book, allocation)
        pickUnits(floor, line, { allocation, units: part })
      }
      if (wish.shortReason !== undefined && order.allocations.includes(allocation)) released.push(...notFound(floor, line, allocation, wish.shortReason))
    }
    if (wish.shortReason !== undefined) short.push(line)
  })
  if (order.status === 'released') change.moveTo('picking')
  if (released.length > 0) {
    change.publish('order.deallocated', { released })
    await lookElsewhere(change, short)
  }
  change.settle()
  change.touch()
}

function notAllocated (
  pointer: string, line: Line, candidates: readonly Allocation[], wish: { batch?: string | undefined, location?: string | undefined }
): AppError {
  const list = candidates.map(({ batch, location, units }) => `${toDecimal(units)}${batch === null ? '' : ` of batch ${batch.code}`} at ${location.code}`)
    .join(', ')
  const message = `picks what is not allocated for line ${line.lineNo}, which has ${list === '' ? 'nothing' : list}`
  const at = wish.batch !== undefined ? `${pointer}/batch` : wish.location !== undefined ? `${pointer}/location` : pointer
  return new AppError(409, 'pick.not_allocated', `body ${at} ${message}`, { errors: [{ in: 'body', pointer: at, code: 'pick.not_allocated', message }] })
}
