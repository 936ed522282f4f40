// What this plugin refuses, each with its stable code.
import { AppError, brokenRule, type ErrorDetail } from '#kernel'

export const warehouseNotFound = (): AppError => new AppError(404, 'warehouse.not_found', 'There is no such warehouse.')
export const locationNotFound = (): AppError => new AppError(404, 'location.not_found', 'There is no such location.')

function conflictAt (pointer: string, code: string, message: string): AppError {
  return new AppError(409, code, `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code, message }] })
}

export const warehouseCodeTaken = (): AppError => conflictAt('/code', 'warehouse.code_taken', 'is the code of another warehouse')
export const locationCodeTaken = (pointer = '/code'): AppError =>
  conflictAt(pointer, 'location.code_taken', 'is the code of another location of this warehouse')
/** @param what keeps it in use */
export const warehouseInUse = (what: string): AppError => conflictAt('/active', 'warehouse.in_use', `can't be false while ${what}`)
export const lastWarehouse = (): AppError => conflictAt('/active', 'warehouse.last', 'can\'t be false: it is the last warehouse that is active')
export const hasNegativeStock = (): AppError =>
  conflictAt('/allowNegativeStock', 'warehouse.has_negative_stock', 'can\'t be false while some of its stock is below zero')
/** @param what keeps it in use */
export const locationInUse = (what: string): AppError => conflictAt('/active', 'location.in_use', `can't be false while ${what}`)

export const badGln = (): AppError => brokenRule('gln.check_digit', '/gln', 'has a wrong check digit')
export const badTimezone = (): AppError => brokenRule('warehouse.timezone', '/timezone', 'must be a time zone of the IANA database, like Europe/London')
export const unknownLocation = (pointer: string): AppError => brokenRule('location.unknown', pointer, 'is the code of no location of this warehouse')
export const archivedLocation = (pointer: string): AppError => brokenRule('location.archived', pointer, 'is the code of an archived location')
export const ownPart = (): AppError => brokenRule('location.own_part', '/parent', 'must not be the location itself or a part of it')
export const lockReasonWithoutLock = (): AppError => brokenRule('location.lock_reason', '/lockReason', 'must be null while the location is not locked')

/** 422 naming each line of the file that is wrong, as `/csv/<line>/<column>`. */
export function importInvalid (errors: readonly ErrorDetail[]): AppError {
  const [first] = errors
  return new AppError(422, 'location.import_invalid', `body ${first!.pointer} ${first!.message}`, { errors: [...errors] })
}
