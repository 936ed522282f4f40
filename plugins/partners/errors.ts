// What this plugin refuses, each with its stable code.
import { AppError, brokenRule } from '#kernel'

export const partnerNotFound = (): AppError => new AppError(404, 'partner.not_found', 'There is no such partner.')
export const nothingToMatch = (): AppError =>
  new AppError(412, 'precondition.failed', 'There is no such partner yet: leave If-Match out to create it.')

function taken (pointer: string, code: string, message: string): AppError {
  return new AppError(409, code, `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code, message }] })
}

/** @returns the 409 for a code or a reference that is taken, the error itself for anything else */
export function conflictOf (error: unknown): unknown {
  const { code, constraint } = error as { code?: string, constraint?: string }
  if (code !== '23505') return error
  return constraint === 'Partner_ownerId_externalRef_key'
    ? taken('/externalRef', 'partner.external_ref_taken', 'is the reference of another partner')
    : taken('/code', 'partner.code_taken', 'is the code of another partner')
}

export const badGln = (): AppError => brokenRule('gln.check_digit', '/gln', 'has a wrong check digit')
export const attributesTooLarge = (bytes: number): AppError =>
  brokenRule('partner.attributes_too_large', '/attributes', `must have at most ${bytes} bytes as JSON`)
export const roleNotAllowed = (at: number, allowed: readonly string[]): AppError =>
  brokenRule('partner.role_not_allowed', `/roles/${at}`, `must be one of ${allowed.join(', ')}: the operator of this service allows no other`)
export const shelfLifeOfCustomers = (): AppError =>
  brokenRule('partner.shelf_life', '/minShelfLifeShipDays', 'must be null without the role customer')
export const badUpsertId = (): AppError => {
  const message = 'must be code: and the code: a partner is replaced or made by its code'
  return new AppError(400, 'request.invalid', `path /id ${message}`, { errors: [{ in: 'path', pointer: '/id', code: 'invalid', message }] })
}
