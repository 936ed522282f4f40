// Takes secrets out of the parts of a call before they are stored. What is taken out can't be brought back.
import { isSecretName, isSecretParameter, isSuspect, REDACTED, redactString } from './secrets.js'

/** Bytes of a body that are kept. */
export const KEPT_BYTES = 16_384
const READ_CHARACTERS = 65_536
const MAX_DEPTH = 32
const MAX_HEADER = 2_000
const MAX_URL = 4_000

/** What manifests say about the bodies of an operation. */
export interface BodyRules {
  /** Bodies that are credentials by nature: only these fields survive. */
  only?: ReadonlySet<string> | undefined
  /** Fields that are secret whatever they are called. */
  secret?: ReadonlySet<string> | undefined
}

export interface KeptBody { text: string | null, truncated: boolean }

const NO_BODY: KeptBody = { text: null, truncated: false }

/**
 * A body as it may be stored.
 * @param body parsed JSON or form, or raw text
 * @param rules of its operation
 */
export function redactBody (body: unknown, { only, secret }: BodyRules = {}): KeptBody {
  if (body === undefined || body === null || body === '') return NO_BODY
  const raw = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() : body
  if (only !== undefined) return cut(keepOnly(raw, only), false)
  if (secret !== undefined && secret.size > 0) return redactBody(withoutFields(raw, secret))
  if (typeof raw === 'string') return cut(redactText(raw), raw.length > READ_CHARACTERS)
  const budget = { left: READ_CHARACTERS }
  const text = JSON.stringify(redactValue(raw, budget))
  return cut(text, budget.left <= 0)
}

/** A copy of any value without secrets: names at any depth, patterns in every string. At most about 64 kB and 32 levels are copied. */
export function redactValue (value: unknown, budget: { left: number } = { left: READ_CHARACTERS }, depth = 0): unknown {
  if (typeof value === 'string') {
    const text = value.length > budget.left ? value.slice(0, Math.max(budget.left, 0)) : value
    budget.left -= value.length + 3
    return redactString(text)
  }
  budget.left -= 8
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (depth >= MAX_DEPTH) return '[too deep]'
  if ('toJSON' in value && typeof value.toJSON === 'function') return redactValue(value.toJSON(), budget, depth + 1)
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) {
      if (budget.left <= 0) break
      items.push(redactValue(item, budget, depth + 1))
    }
    return items
  }
  // Without a prototype, so that a field named __proto__ is only a field.
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, item] of Object.entries(value)) {
    if (budget.left <= 0) break
    budget.left -= name.length
    fields[redactString(name)] = isSecretName(name) ? REDACTED : redactValue(item, budget, depth + 1)
  }
  return fields
}

/** Raw text: JSON and forms by their structure, anything else (also broken JSON) by what looks like a secret. */
function redactText (text: string): string {
  const read = text.length > READ_CHARACTERS ? text.slice(0, READ_CHARACTERS) : text
  if (!isSuspect(read)) return read
  const parsed = read === text ? parseJson(text) : undefined
  if (parsed !== undefined) return JSON.stringify(redactValue(parsed))
  if (/^[^\s=&{["<]+=/.test(read)) return redactPairs(read)
  const unescaped = read.replaceAll('\\/', '/').replace(/\\u00([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const plain = redactString(unescaped)
  // A secret cut in half at the end would not be recognised.
  return read === text ? plain : plain.slice(0, -256)
}

function parseJson (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function keepOnly (body: unknown, names: ReadonlySet<string>): string {
  const parsed = typeof body === 'string' ? parseJson(body) : body
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return REDACTED
  const kept = Object.entries(parsed).filter(([name, value]) => names.has(name) && typeof value !== 'object')
  return JSON.stringify(Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? redactString(value) : value])))
}

/** With the named fields blanked at any depth. Text that is no JSON could have them anywhere: nothing of it is kept. */
function withoutFields (body: unknown, names: ReadonlySet<string>): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  try {
    return JSON.parse(text, (name, value: unknown) => names.has(name) ? REDACTED : value)
  } catch {
    return REDACTED
  }
}

function cut (text: string, alreadyCut: boolean): KeptBody {
  if (text.length <= KEPT_BYTES / 3 || Buffer.byteLength(text) <= KEPT_BYTES) return { text, truncated: alreadyCut }
  const bytes = Buffer.from(text)
  let end = KEPT_BYTES
  // Back to the first byte of a character (RFC 3629, section 3).
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return { text: bytes.toString('utf8', 0, end), truncated: true }
}

/** Headers by name and by value; a credential keeps its scheme. Empty ones are left out. */
export function redactHeaders (headers: Readonly<Record<string, unknown>>): Record<string, string | string[]> | null {
  const kept: Record<string, string | string[]> = {}
  let some = false
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || value === null) continue
    kept[name] = Array.isArray(value) ? value.map(item => redactHeader(name, String(item))) : redactHeader(name, String(value))
    some = true
  }
  return some ? kept : null
}

function redactHeader (name: string, value: string): string {
  if (isSecretName(name)) {
    const scheme = /^(?:basic|bearer|digest|negotiate)(?= )/i.exec(value)
    return scheme === null ? REDACTED : `${scheme[0]} ${REDACTED}`
  }
  const text = redactString(value)
  return text.length > MAX_HEADER ? text.slice(0, MAX_HEADER) : text
}

/** A URL or path without secrets in its userinfo, its segments or its query. At most 4,000 characters. */
export function redactUrl (url: string): string {
  const short = url.length > MAX_URL ? url.slice(0, MAX_URL) : url
  if (!isSuspect(short)) return short
  const at = short.indexOf('?')
  const path = redactString(at === -1 ? short : short.slice(0, at))
    .split('/').map(segment => carriesSecret(segment) ? REDACTED : segment).join('/')
  return at === -1 ? path : `${path}?${redactPairs(short.slice(at + 1))}`
}

/** `a=b&c=d` of a query or a form, names and values judged in their decoded form; the rest stays byte for byte. */
function redactPairs (text: string): string {
  return text.split(/([&;])/).map(pair => {
    const at = pair.indexOf('=')
    const name = at === -1 ? pair : pair.slice(0, at)
    if (carriesSecret(name)) return REDACTED
    if (at === -1) return pair
    return isSecretParameter(decode(name)) || carriesSecret(pair.slice(at + 1)) ? `${name}=${REDACTED}` : pair
  }).join('')
}

function carriesSecret (encoded: string): boolean {
  const text = decode(encoded)
  return redactString(text) !== text
}

/** Undoes percent-encoding, also when applied up to three times; what can't be decoded stays. */
function decode (text: string): string {
  let decoded = text
  for (let round = 0; round < 3 && decoded.includes('%'); round++) {
    decoded = decoded.replace(/\+/g, ' ').replace(/%[0-7][0-9a-f]/gi, code => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  }
  return decoded
}
