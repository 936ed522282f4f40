// What this plugin refuses, each with its stable code.
import { AppError, badQuery, brokenRule } from '#kernel'

export const inboundNotFound = (): AppError => new AppError(404, 'inbound.not_found', 'There is no such inbound order.')
export const receiptNotFound = (): AppError => new AppError(404, 'receipt.not_found', 'There is no such receipt.')

function conflictAt (pointer: string, code: string, message: string): AppError {
  return new AppError(409, code, `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code, message }] })
}

export const externalRefTaken = (): AppError => conflictAt('/externalRef', 'inbound.external_ref_taken', 'is the reference of another inbound order')
export const referenceTaken = (): AppError =>
  conflictAt('/reference', 'receipt.reference_taken', 'is the reference of another receipt, for something else')
export const warehouseFixed = (): AppError =>
  conflictAt('/warehouse', 'inbound.warehouse_fixed', 'can\'t change: cancel the inbound order and announce it there')
export const nothingToMatch = (): AppError =>
  new AppError(412, 'precondition.failed', 'There is no such inbound order yet: leave If-Match out to create it.')
export const badUpsertId = (): AppError => {
  const message = 'must be ref: and 1 to 128 characters: an inbound order is replaced or made by its externalRef'
  return new AppError(400, 'request.invalid', `path /id ${message}`, { errors: [{ in: 'path', pointer: '/id', code: 'invalid', message }] })
}

export const unknownSku = (pointer: string): AppError => brokenRule('product.unknown_sku', pointer, 'is the SKU of no product')
export const notStocked = (pointer: string): AppError => brokenRule('product.not_stocked', pointer, 'names a service, which has no stock')
export const notReceived = (pointer: string): AppError => brokenRule('product.archived', pointer, 'names an archived product, of which nothing comes in')
export const unknownUom = (pointer: string, known: readonly string[]): AppError =>
  brokenRule('uom.unknown', pointer, `must be a unit of the product: ${known.join(', ')}`)
export const notDivisible = (pointer: string, scale: number): AppError =>
  brokenRule('uom.not_divisible', pointer, `must come to at most ${scale} decimals of the base unit`)
export const tooMuch = (pointer: string): AppError => brokenRule('inbound.quantity', pointer, 'is more than this service counts')
export const unknownLine = (pointer: string): AppError => brokenRule('inbound.unknown_line', pointer, 'is the number of no line of this inbound order')
export const lineTwice = (pointer: string): AppError => brokenRule('inbound.line_twice', pointer, 'is the number of a line before it')
export const batchNeeded = (pointer: string): AppError =>
  brokenRule('inbound.batch_required', pointer, 'is required: the operator of this service wants batches announced')
export const expiryNeeded = (pointer: string): AppError =>
  brokenRule('inbound.expiry_required', pointer, 'is required: the operator of this service wants expiry dates announced')
export const notTracked = (pointer: string, sku: string, by: string): AppError =>
  brokenRule('batch.not_tracked', pointer, `must be left out: ${sku} is not tracked by ${by}`)
export const badDamaged = (pointer: string): AppError => brokenRule('receipt.damaged', pointer, 'must not be more than qty')
export const overReceipt = (pointer: string, open: number, tolerance: number): AppError =>
  brokenRule('inbound.over_receipt', pointer, `is more than is still expected, which is ${open}${tolerance === 0 ? '' : ` with ${tolerance} % tolerance`}`)
export const unknownSupplier = (): AppError => brokenRule('inbound.supplier_unknown', '/supplier', 'is the code of no partner with the role supplier')
export const attributesTooLarge = (bytes: number): AppError =>
  brokenRule('inbound.attributes_too_large', '/attributes', `must have at most ${bytes} bytes as JSON`)
export const alreadyReversed = (): AppError => new AppError(409, 'receipt.reversed', 'This receipt was reversed already.')
export const tooLateToReverse = (hours: number): AppError =>
  new AppError(409, 'receipt.too_late', `The operator of this service allows a receipt to be reversed for ${hours} hours: adjust the stock instead.`)

/** @param where what of the receipt is not there, or not free */
export function notThere (lineNo: number, where: string, left: number): AppError {
  const message =
    `Line ${lineNo} can't be taken back: of what it brought to ${where}, ${left} are there and not reserved. Deallocate it or adjust the stock instead.`
  return new AppError(409, 'receipt.in_use', message)
}

export const unknownWarehouse = (): AppError => badQuery('warehouse', 'names no warehouse: use the code or the id of one')
