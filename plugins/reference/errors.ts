// What this plugin refuses, each with its stable code.
import { AppError, brokenRule } from '#kernel'

export const entryNotFound = (): AppError => new AppError(404, 'reference.not_found', 'There is no such entry in this list.')

function conflictAt (pointer: string, code: string, message: string): AppError {
  return new AppError(409, code, `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code, message }] })
}

export const codeTaken = (): AppError => conflictAt('/code', 'reference.code_taken', 'is the code of another entry of this list')
export const builtIn = (pointer: string): AppError =>
  conflictAt(pointer, 'reference.built_in', 'can\'t be given: the service itself knows what this list or entry means; only names and descriptions change')
export const fieldOfOthers = (pointer: string, list: string): AppError =>
  brokenRule('reference.field', pointer, `must be left out: entries of ${list} have none`)
export const unknownCarrier = (): AppError => brokenRule('reference.carrier_unknown', '/carrier', 'is the code of no carrier of the list carriers')
