// Refusals of the audit.
import { AppError } from '#kernel'

export function auditNotFound (): AppError {
  return new AppError(404, 'audit.not_found', 'There is no such call in the audit, or it is older than what is kept.')
}

export const tooManyStreams = (): AppError =>
  new AppError(429, 'audit.too_many_streams', 'Too many tails and exports are open, in this session or in all: close one.', {
    headers: { 'retry-after': '10' }
  })
