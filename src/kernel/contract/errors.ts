// The one error class that handlers and services throw, and its RFC 9457 form.
import { STATUS_CODES } from 'node:http'

export interface ErrorDetail { in: 'body' | 'query' | 'path' | 'header', pointer: string, code: string, message: string }

/** A refusal that a caller may read. Anything else that is thrown becomes a masked 500. */
export class AppError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly extra: { errors?: ErrorDetail[], headers?: Record<string, string> }

  /**
   * @param status HTTP status, 400–599
   * @param code stable and dotted, e.g. `client.not_found`
   * @param detail one sentence for a person, without secrets
   * @param extra field errors and answer headers
   */
  constructor (status: number, code: string, detail: string, extra: { errors?: ErrorDetail[], headers?: Record<string, string> } = {}) {
    super(detail)
    this.name = 'AppError'
    this.status = status
    this.code = code
    this.detail = detail
    this.extra = extra
  }
}

/** 422 for one field whose value breaks a rule that a schema can't say. */
export function brokenRule (code: string, pointer: string, message: string): AppError {
  return new AppError(422, code, `body ${pointer} ${message}`, { errors: [{ in: 'body', pointer, code, message }] })
}

/** 400 for one query parameter. */
export function badQuery (name: string, message: string): AppError {
  const pointer = `/${name}`
  return new AppError(400, 'request.invalid', `query ${pointer} ${message}`, { errors: [{ in: 'query', pointer, code: 'invalid', message }] })
}

/** The bytes of an error's body. `requestId` has a fixed length, so equal errors have equal lengths. */
export function problemBody (error: Pick<AppError, 'status' | 'code' | 'detail'> & { extra?: AppError['extra'] }, requestId: string): string {
  const errors = error.extra?.errors
  return JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.detail,
    requestId,
    ...(errors === undefined ? {} : { errors })
  })
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** What a caller learns about a URL that is unknown, has another method, or is switched off: always the same. */
export const NOT_FOUND = { status: 404, code: 'route.not_found', detail: 'There is nothing at this URL for this method.' }
