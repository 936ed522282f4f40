// Settings of an operation: a merge patch over the current ones, checked by the operation's own schema.
import type { ErrorDetail, Kernel, TObject } from '#kernel'
import { settingsInvalid } from './errors.js'

export type Settings = Readonly<Record<string, unknown>>

/** A merge patch, and where it stands in the body. */
export interface Patch { patch: Settings, pointer: string }

export const defaultsOf = (schema: TObject): Settings =>
  Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, property.default as unknown]))

/**
 * The complete settings after the patch; null brings a default back.
 * @param check the kernel's
 * @throws AppError 422 naming each wrong setting and what it accepts
 */
export function patched (check: Kernel['check'], schema: TObject, current: Settings, { patch, pointer }: Patch): Record<string, unknown> {
  const names = Object.keys(schema.properties)
  const unknown = Object.keys(patch).filter(name => !names.includes(name))
  const errors: ErrorDetail[] = unknown.map(name =>
    ({ in: 'body', pointer: `${pointer}/${name}`, code: 'unknown', message: `is unknown; accepted: ${names.length === 0 ? 'nothing' : names.join(', ')}` }))
  const defaults = defaultsOf(schema)
  const result = Object.fromEntries(names.map(name => [name, patch[name] === null ? defaults[name] : patch[name] ?? current[name] ?? defaults[name]]))
  for (const name of names) {
    const wrong = check(schema.properties[name]!, result[name])
    if (wrong !== null) errors.push({ in: 'body', pointer: `${pointer}/${name}${wrong.pointer}`, code: 'invalid', message: wrong.message })
  }
  if (errors.length > 0) throw settingsInvalid(errors)
  return result
}
