// What this plugin refuses, each with its stable code.
import { AppError, brokenRule, type ErrorDetail } from '#kernel'

/** The same for one that never was and one of another owner. */
export const orderNotFound = (): AppError => new AppError(404, 'order.not_found', 'There is no such order.')
export const shipmentNotFound = (): AppError => new AppError(404, 'shipment.not_found', 'There is no such shipment.')

export function externalRefTaken (): AppError {
  const message = 'is the externalRef of another order'
  return new AppError(409, 'order.external_ref_taken', `body /externalRef ${message}`, {
    errors: [{ in: 'body', pointer: '/externalRef', code: 'order.external_ref_taken', message }]
  })
}

/** True when another call has taken the reference since this one looked for it. */
export function isTakenMeanwhile (error: unknown): boolean {
  const { code, constraint } = error as { code?: string, constraint?: string }
  return code === '23505' && constraint === 'Order_ownerId_externalRef_key'
}

export const unknownSku = (pointer: string): AppError => brokenRule('product.unknown_sku', pointer, 'is the SKU of no product')
export const notSold = (pointer: string, status: string): AppError => brokenRule('product.not_active', pointer, `names a product that is ${status}`)
export const unknownUom = (pointer: string, codes: readonly string[]): AppError =>
  brokenRule('uom.unknown', pointer, `is no unit of this product, which has ${codes.join(', ')}`)
export const notDivisible = (pointer: string, scale: number): AppError =>
  brokenRule(
    'uom.not_divisible',
    pointer,
    scale === 0 ? 'must come to a whole number of base units for this product' : `must come to base units with at most ${scale} decimals for this product`
  )

/** 409 naming each line that stock can't fill. */
export function shortage (lines: ReadonlyArray<{ pointer: string, sku: string, wanted: number, found: number }>): AppError {
  const errors = lines.map(({ pointer, sku, wanted, found }): ErrorDetail =>
    ({ in: 'body', pointer, code: 'order.shortage', message: `wants ${wanted} of ${sku}, of which ${found} can be allocated` }))
  return new AppError(409, 'order.shortage', `body ${errors[0]!.pointer} ${errors[0]!.message}`, { errors })
}

export const unknownLine = (pointer: string): AppError => brokenRule('order.unknown_line', pointer, 'is the number of no line of this order')
export const lineTwice = (pointer: string): AppError => brokenRule('order.line_twice', pointer, 'names a line that stands before it already')
export const tooMany = (pointer: string, most: number, what: string): AppError =>
  brokenRule('order.quantity', pointer, `must be at most ${most}: so much of the line is ${what}`)

/** The operator's `allowPinnedBatch` is off. */
export const batchNotAllowed = (): AppError =>
  conflict('allocation.batch_not_allowed', 'The operator of this service does not let callers choose batches: leave `batch` out.')

export const onHold = (step: string, codes: readonly string[]): AppError =>
  new AppError(409, 'order.on_hold', `The order is on hold (${codes.join(', ')}) and takes no step "${step}": release its holds first.`)

export const conflict = (code: string, detail: string): AppError => new AppError(409, code, detail)
export const unknownParcel = (pointer: string): AppError => brokenRule('shipment.unknown_parcel', pointer, 'is the number of no parcel of this shipment')
export const unknownShipment = (pointer: string, ids: readonly string[]): AppError =>
  brokenRule(
    'shipment.not_packed',
    pointer,
    ids.length === 0 ? 'names no packed shipment of this order: it has none' : `names no packed shipment of this order, which has ${ids.join(', ')}`
  )
export const parcelTwice = (pointer: string): AppError => brokenRule('shipment.parcel_twice', pointer, 'names a parcel that stands before it already')
