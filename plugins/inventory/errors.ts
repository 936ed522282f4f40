// What this plugin refuses, each with its stable code.
import { AppError, brokenRule, toDecimal, type ErrorDetail } from '#kernel'
import type { Item } from './domain/state.js'
import type { BatchStatus } from './domain/statuses.js'

type Short = Item & { before: { onHand: number, reserved: number }, pointers: readonly string[], level: { product: { sku: string } } }

/** 409 naming each line that takes what is not there. */
export function notEnough (items: readonly Short[]): AppError {
  const code = 'stock.insufficient'
  const errors = items.flatMap(({ before, reserved, pointers, batch, location, level, onHand }): ErrorDetail[] => {
    const where = `${level.product.sku}${batch === null ? '' : ` batch ${batch.code}`} at ${location.code}`
    const held = reserved > 0 ? `, of which ${toDecimal(reserved)} are reserved` : ''
    const message = `takes ${toDecimal(before.onHand - onHand)} of ${where}, where ${toDecimal(before.onHand)} are on hand${held}`
    return (pointers.length === 0 ? [''] : [...new Set(pointers)]).map(pointer => ({ in: 'body', pointer, code, message }))
  })
  return new AppError(409, code, `body ${errors[0]!.pointer} ${errors[0]!.message}`, { errors })
}

export const tooMuch = (pointers: readonly string[]): AppError =>
  brokenRule('stock.too_much', pointers[0] ?? '', 'leads to more on hand than this service counts, which is 99,999,999,999.9999 above or below zero')

/** The same for one that never was and one of another owner. */
export const batchNotFound = (): AppError => new AppError(404, 'batch.not_found', 'There is no such batch.')

/** A batch has one expiry date: who names another has other goods, or misread a label. */
export function expiryConflict (pointer: string, code: string, known: string | null): AppError {
  const message = `is not the expiry date of batch ${code}, which ${known === null ? 'has none' : `is ${known}`}`
  return new AppError(409, 'batch.expiry_conflict', `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code: 'batch.expiry_conflict', message }] })
}

/** @param legal what may follow on `from` */
export function illegalTransition (from: BatchStatus, to: BatchStatus, legal: readonly BatchStatus[]): AppError {
  const message = `must be ${legal.length === 0 ? 'left as it is' : `one of ${legal.join(', ')}`}: a ${from} batch does not become ${to}`
  return new AppError(409, 'batch.illegal_transition', `body /status ${message}`, {
    errors: [{ in: 'body', pointer: '/status', code: 'batch.illegal_transition', message }]
  })
}

/** Labels that are out there say the old date. */
export function batchHasStock (onHand: number): AppError {
  const message = `can't change while there is stock of the batch: ${onHand} on hand`
  return new AppError(409, 'batch.has_stock', `body /expiryDate ${message}`, {
    errors: [{ in: 'body', pointer: '/expiryDate', code: 'batch.has_stock', message }]
  })
}

export function batchCodeTaken (pointer = '/code'): AppError {
  const message = 'is the code of another batch of this product'
  return new AppError(409, 'batch.code_taken', `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code: 'batch.code_taken', message }] })
}

export function unexpected (pointer: string, actual: number): AppError {
  const message = `is not what lies there now, which is ${actual}`
  return new AppError(409, 'stock.unexpected', `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code: 'stock.unexpected', message }] })
}

export const unknownSku = (pointer: string): AppError => brokenRule('product.unknown_sku', pointer, 'is the SKU of no product')
export const notStocked = (pointer: string): AppError => brokenRule('product.not_stocked', pointer, 'names a service, which has no stock')
export const archived = (pointer: string): AppError => brokenRule('product.archived', pointer, 'names an archived product, of which nothing comes in')
export const wrongScale = (pointer: string, scale: number): AppError =>
  brokenRule('quantity.scale', pointer, scale === 0 ? 'must be a whole number for this product' : `must have at most ${scale} decimals for this product`)

/** For an invalid alias. */
export const badProduct = (where: 'path' | 'query') => (message: string): never => {
  throw new AppError(400, 'request.invalid', `${where} /product ${message}`, { errors: [{ in: where, pointer: '/product', code: 'invalid', message }] })
}

export const archivedLocation = (pointer: string): AppError => brokenRule('location.archived', pointer, 'names an archived location')
export const unknownWarehouse = (pointer = '/warehouse'): AppError =>
  brokenRule('warehouse.unknown', pointer, 'names no warehouse: use the code or the id of one')
export const otherWarehouse = (pointer: string): AppError =>
  brokenRule('transfer.other_warehouse', pointer, 'must be left out: the operator of this service allows no transfers between warehouses')
export const archivedWarehouse = (pointer: string): AppError => brokenRule('warehouse.archived', pointer, 'names an archived warehouse')

/** 409 naming each line that asks for it. */
function refusedAt (pointers: readonly string[], code: string, message: string): AppError {
  const errors = (pointers.length === 0 ? [''] : [...new Set(pointers)]).map((pointer): ErrorDetail => ({ in: 'body', pointer, code, message }))
  return new AppError(409, code, `${errors[0]!.pointer === '' ? 'The call' : `body ${errors[0]!.pointer}`} ${message}`, { errors })
}

export const locked = (location: string, pointers: readonly string[]): AppError =>
  refusedAt(pointers, 'location.locked', `can't be done: location ${location} is locked; it can only be counted`)
export const notReceivable = (location: string, pointers: readonly string[]): AppError =>
  refusedAt(pointers, 'location.not_receivable', `can't be done: location ${location} takes no goods from outside`)
export const mixedProducts = (location: string, pointers: readonly string[]): AppError =>
  refusedAt(pointers, 'location.mixed_products', `can't be done: location ${location} holds another product, and takes no mixed ones`)
export const mixedBatches = (location: string, pointers: readonly string[]): AppError =>
  refusedAt(pointers, 'location.mixed_batches', `can't be done: location ${location} holds another batch, and takes no mixed ones`)
export const tooHeavy = (place: { code: string, maxWeightG: number | null, weightG: number }, pointers: readonly string[]): AppError =>
  refusedAt(
    pointers, 'location.too_heavy', `can't be done: location ${place.code} carries ${place.maxWeightG} g, and would hold ${Math.round(place.weightG)} g`
  )
