// Refusals of the audit.
import { AppError } from '#kernel'

export function auditNotFound (): AppError {
  return new AppError(404, 'audit.not_found', 'There is no such call in the audit, or it is older than what is kept.')
}
