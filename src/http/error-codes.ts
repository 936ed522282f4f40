// Codes of the errors that any call may get; test/rules/errors.test.ts compares them with what the sources throw.
import type { Operation } from '../kernel/contract/catalogue.js'
import type { ErrorManifest, PluginManifest } from '../kernel/contract/manifest.js'
import type { ErrorCode } from '../kernel/host/foundation.js'

const SERVICE: readonly ErrorManifest[] = [
  { code: 'audit.unavailable', status: 503, message: 'Calls can\'t be recorded at present, so none is answered. Try again later.' },
  { code: 'body.empty', status: 400, message: 'The body is empty: send a JSON object.' },
  { code: 'body.encoding', status: 415, message: 'The Content-Encoding is not accepted: send the body as it is.' },
  { code: 'body.forbidden_character', status: 400, message: 'The body has a NUL character or half a surrogate pair, which text can\'t hold.' },
  { code: 'body.forbidden_key', status: 400, message: 'The body has the key …, which is not accepted.' },
  { code: 'body.length', status: 400, message: 'The body is shorter or longer than its Content-Length.' },
  {
    code: 'body.media_type', status: 415, message: 'The Content-Type is not accepted here: send application/json (or, to PATCH, application/merge-patch+json).'
  },
  { code: 'body.not_json', status: 400, message: 'The body is not valid JSON in UTF-8.' },
  { code: 'body.repeated_key', status: 400, message: 'The body has the key … twice in one object.' },
  { code: 'body.too_deep', status: 400, message: 'The body is nested deeper than … levels.' },
  { code: 'body.too_large', status: 413, message: 'The body is too large: at most … bytes are accepted, on some routes less.' },
  { code: 'body.too_many_values', status: 400, message: 'The body has more than … values.' },
  { code: 'connection.exhausted', status: 503, message: 'This connection has carried its last request: open a new one.' },
  { code: 'connection.pipelined', status: 503, message: 'At most … calls may be under way on one connection: it is closed.' },
  {
    code: 'cursor.invalid',
    status: 400,
    message: 'query /cursor is not a cursor of this list with these filters: take it from nextCursor of the page before'
  },
  { code: 'database.conflict', status: 503, message: 'Another change got in the way. Repeat the call.' },
  { code: 'database.timeout', status: 503, message: 'The database took too long. Try again later.' },
  { code: 'database.unavailable', status: 503, message: 'The database can\'t be reached at present. Try again later.' },
  { code: 'idempotency.in_progress', status: 409, message: 'A call with this Idempotency-Key is still running. Repeat it in a moment.' },
  { code: 'idempotency.key_reused', status: 422, message: 'This Idempotency-Key was used for another request: use a new key for a new request.' },
  { code: 'insufficient_scope', status: 403, message: 'This client may not call …: an operator can grant it.' },
  { code: 'internal', status: 500, message: 'Something went wrong on our side. The request id finds it in the log.' },
  { code: 'operation.switched_off', status: 403, message: 'The operator of this service has switched off ….' },
  { code: 'overloaded', status: 503, message: 'More calls are under way than can be answered in time. Try again in a moment.' },
  { code: 'precondition.failed', status: 412, message: 'It was changed since: the current version is …. Read it again and repeat.' },
  { code: 'request.aborted', status: 499, message: 'The connection was closed before the request had arrived.' },
  { code: 'request.expectation', status: 417, message: 'Only Expect: 100-continue is supported.' },
  { code: 'request.headers_too_large', status: 431, message: 'The headers are larger than 16 KiB.' },
  { code: 'request.host_missing', status: 400, message: 'The Host header is missing (RFC 9112, section 3.2).' },
  { code: 'request.host_repeated', status: 400, message: 'There is more than one Host header (RFC 9112, section 3.2).' },
  { code: 'request.invalid', status: 400, message: 'header /idempotency-key must be 1 to 255 visible ASCII characters' },
  { code: 'request.malformed', status: 400, message: 'This is not valid HTTP/1.1.' },
  { code: 'request.timeout', status: 408, message: 'The request did not arrive in time.' },
  { code: 'request.timeout', status: 503, message: 'The call took too long and was given up. Try again later.' },
  { code: 'role.insufficient', status: 403, message: 'This needs the role …; yours is ….' },
  { code: 'route.not_found', status: 404, message: 'There is nothing at this URL for this method.' },
  { code: 'value.unacceptable', status: 422, message: 'A value in this request can\'t be stored or compared.' }
]

/** Collected once for the installed plugins: a document asks for each status of each operation. */
const collected = new WeakMap<readonly PluginManifest[], readonly ErrorCode[]>()

/** Those of the service and of the installed plugins, in the order of the alphabet. */
export function errorCodes (plugins: readonly PluginManifest[]): readonly ErrorCode[] {
  const known = collected.get(plugins) ?? collect(plugins)
  collected.set(plugins, known)
  return known
}

function collect (plugins: readonly PluginManifest[]): ErrorCode[] {
  const own = SERVICE.map(error => ({ ...error, plugin: null }))
  const theirs = plugins.flatMap(({ id, errors = [] }) => errors.map(error => ({ ...error, plugin: id })))
  return [...own, ...theirs].sort((a, b) => a.code < b.code ? -1 : a.code > b.code ? 1 : a.status - b.status)
}

/**
 * Codes with which an operation may answer a status: those that it declares, or all of its plugin's; those of the service; those of the plugin
 * that recognises its callers.
 */
export function codesFor (operation: Operation, status: number, plugins: readonly PluginManifest[], accessPlugin: string | undefined): string[] {
  const declared = operation.errors === undefined ? undefined : new Set(operation.errors)
  const found = errorCodes(plugins).filter(({ code, status: its, plugin, isCommon }) => its === status &&
    (plugin === null || (isCommon === true ? plugin === accessPlugin : declared === undefined ? plugin === operation.pluginId : declared.has(code))))
  return [...new Set(found.map(({ code }) => code))]
}
