// Errors of the framework and of the database as the answers that callers get.
import type { FastifyError } from 'fastify'
import { AppError } from '../kernel/contract/errors.js'

export const BODY_LIMIT = 1_048_576
export const MERGE_PATCH = 'application/merge-patch+json'
export const MEDIA_TYPE = ['body.media_type', `The Content-Type is not accepted here: send application/json (or, to PATCH, ${MERGE_PATCH}).`] as const

const FASTIFY_ERRORS: Readonly<Record<string, [number, string, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, ...MEDIA_TYPE],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body.too_large', `The body is too large: at most ${BODY_LIMIT} bytes are accepted, on some routes less.`],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'body.length', 'The body does not have the length that Content-Length says.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'body.empty', 'The body is empty: send a JSON object.']
}

export function toProblem (error: FastifyError | AppError): AppError {
  if (error instanceof AppError) return error
  // The formatter's AppError arrives wrapped when Fastify adds what it knows about the validation.
  const known = FASTIFY_ERRORS[error.code]
  if (known !== undefined) return new AppError(...known)
  const code = String(error.code ?? '')
  if (code === '57014' || code === '25P04') {
    return new AppError(503, 'database.timeout', 'The database took too long. Try again later.', { headers: { 'retry-after': '1' } })
  }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return new AppError(503, 'database.conflict', 'Another change got in the way. Repeat the call.', { headers: { 'retry-after': '1' } })
  }
  if (/^(08|53|57P)/.test(code) || /^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code)) {
    return new AppError(503, 'database.unavailable', 'The database can\'t be reached at present. Try again later.', { headers: { 'retry-after': '5' } })
  }
  // What a caller sent and no schema caught: never an error of ours.
  if (/^22/.test(code)) return new AppError(422, 'value.unacceptable', 'A value in this request can\'t be stored or compared.')
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError(error.statusCode, 'request.invalid', error.message)
  }
  return new AppError(500, 'internal', 'Something went wrong on our side. The request id finds it in the log.')
}
