// How bodies are read: JSON that is not dangerous and can be stored.
import { AppError } from '../kernel/contract/errors.js'

const MAX_DEPTH = 32
const MAX_KEYS = 50_000

/**
 * Parses a JSON body and refuses what is dangerous or can't be stored: nesting over 32 levels, too many keys, prototype keys,
 * NUL and lone surrogates, and keys that an object has twice (RFC 8259, section 4: what they mean is anybody's guess).
 * @throws AppError 400 `body.*`
 */
export function parseJson (bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  let value: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    throw new AppError(400, 'body.not_json', 'The body is not valid JSON in UTF-8.')
  }
  // As many keys in the text as in the value: the usual case, found out at the speed of a search.
  const written = text.match(/"\s*:/g)?.length ?? 0
  if (guard(value) !== written) refuseRepeatedKeys(text)
  return value
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g

/** Walks over a text that is known to be JSON. */
function refuseRepeatedKeys (text: string): void {
  const open: Array<Set<string> | null> = []
  let previous = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const keys = open.at(-1)
      const key = JSON.parse(previous) as string
      if (keys?.has(key) === true) {
        throw new AppError(400, 'body.repeated_key', `The body has the key ${JSON.stringify(key.slice(0, 100))} twice in one object.`)
      }
      keys?.add(key)
    }
    previous = token
  }
}

/** @returns how many keys the objects have */
function guard (root: unknown): number {
  const stack: Array<{ value: unknown, depth: number }> = [{ value: root, depth: 1 }]
  let keys = 0
  let named = 0
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { value, depth } = entry
    if (typeof value === 'string') checkText(value)
    else if (typeof value === 'object' && value !== null) {
      if (depth > MAX_DEPTH) throw new AppError(400, 'body.too_deep', `The body is nested deeper than ${MAX_DEPTH} levels.`)
      for (const [key, inner] of Object.entries(value)) {
        if (++keys > MAX_KEYS) throw new AppError(400, 'body.too_many_values', `The body has more than ${MAX_KEYS} values.`)
        if (!Array.isArray(value)) {
          named++
          checkKey(key)
        }
        stack.push({ value: inner, depth: depth + 1 })
      }
    }
  }
  return named
}

function checkKey (key: string): void {
  checkText(key)
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    throw new AppError(400, 'body.forbidden_key', `The body has the key ${JSON.stringify(key)}, which is not accepted.`)
  }
}

function checkText (text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError(400, 'body.forbidden_character', 'The body has a NUL character or half a surrogate pair, which text can\'t hold.')
  }
}
