// All codes that errors can have, found where they are thrown: what no program says is on no list, and what one says is.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErrorCode } from '../kernel/host/foundation.js'

const BUILT = fileURLToPath(new URL('../../', import.meta.url))
const TEXT = '(?:\'((?:[^\'\\\\]|\\\\.)*)\'|`((?:[^`\\\\]|\\\\.)*)`)'
/** `new AppError(404, 'order.not_found', 'There is …')` */
const THROWN = new RegExp(`(?:new AppError|oauthError)\\(\\s*(\\d{3}),\\s*'([a-z][\\w.]*)',\\s*${TEXT}`, 'g')
/** `{ status: 503, code: 'overloaded', detail: 'More …' }` */
const SAID = new RegExp(`status: (\\d{3}), code: '([a-z][\\w.]*)', detail: ${TEXT}`, 'g')
/** `brokenRule('order.dates', pointer, 'must …')`, which is 422, and `conflict('order.shortage', 'The …')`, which is 409 */
const BROKEN = new RegExp(`brokenRule\\('([a-z][\\w.]*)',[^,]*,\\s*${TEXT}`, 'g')
const CONFLICT = new RegExp(`conflict\\('([a-z][\\w.]*)',\\s*${TEXT}`, 'g')

const plainText = (text: string): string => text.replace(/\$\{[^}]*\}/g, '…').replace(/\\(.)/g, '$1')

function codesIn (text: string, plugin: string | null): ErrorCode[] {
  const codes: ErrorCode[] = []
  const add = (status: number, code: string, message: string | undefined): void => { codes.push({ code, status, message: plainText(message ?? ''), plugin }) }
  for (const [, status, code, plain, template] of [...text.matchAll(THROWN), ...text.matchAll(SAID)]) add(Number(status), code!, plain ?? template)
  for (const [, code, plain, template] of text.matchAll(BROKEN)) add(422, code!, plain ?? template)
  for (const [, code, plain, template] of text.matchAll(CONFLICT)) add(409, code!, plain ?? template)
  return codes
}

let known: readonly ErrorCode[] | null = null

/** Each code once for each status and plugin, in the order of the alphabet. */
export function errorCodes (): readonly ErrorCode[] {
  if (known !== null) return known
  const found = new Map<string, ErrorCode>()
  for (const folder of ['src', 'plugins']) {
    for (const file of readdirSync(join(BUILT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.js') || file.startsWith('generated') || file.endsWith('error-codes.js')) continue
      const plugin = folder === 'plugins' ? relative('', file).split(sep)[0]! : null
      for (const each of codesIn(readFileSync(join(BUILT, folder, file), 'utf8'), plugin)) {
        const key = `${each.code} ${each.status} ${each.plugin ?? ''}`
        if (!found.has(key)) found.set(key, each)
      }
    }
  }
  known = [...found.values()].sort((a, b) => a.code < b.code ? -1 : a.code > b.code ? 1 : a.status - b.status)
  return known
}

/** Codes of a plugin for a status, and those that the service itself has for it. */
export const codesFor = (pluginId: string, status: number): string[] =>
  [...new Set(errorCodes().filter(each => each.status === status && (each.plugin === pluginId || each.plugin === null)).map(({ code }) => code))]
