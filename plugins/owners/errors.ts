// What this plugin refuses, each with its stable code.
import { AppError } from '#kernel'

export const ownerNotFound = (): AppError => new AppError(404, 'owner.not_found', 'There is no such owner.')

export function ownerCodeTaken (): AppError {
  const message = 'is the code of another owner'
  return new AppError(409, 'owner.code_taken', `body /code ${message}`, { errors: [{ in: 'body', pointer: '/code', code: 'owner.code_taken', message }] })
}

export function ownerIsDefault (pointer: string): AppError {
  const message = 'can\'t change: this is the default owner, whose goods are those that no one says an owner of'
  return new AppError(409, 'owner.default', `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code: 'owner.default', message }] })
}
