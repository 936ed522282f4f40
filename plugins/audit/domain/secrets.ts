// What counts as a secret in a call, and how it is taken out of one name or one string.

/** What stands where a secret was. */
export const REDACTED = '[redacted]'

const NAMES = 'pass(?:word|phrase)?|pwd|secret|token|authoriz|cookie|api[-_]?key|private[-_]?key|credential|signature|assertion'
/** Short names that are part of ordinary words: secrets only when they are the whole name. */
const SHORT_NAMES = '(?:x[-_]?)?(?:auth|access[-_]?key|session|pw|sig|jwt|sas|otp)'
const SECRET_NAME = new RegExp(`${NAMES}|^${SHORT_NAMES}$`, 'i')
/** Secrets in a query only: elsewhere they are codes of goods and errors. */
const QUERY_NAME = /^(?:code|key)$/i

/** Prefixes of our own client secrets and operator sessions, also percent-encoded. */
const OWN = /wms[so](?:_|%5f)[0-9a-z]+/gi
const OWN_IN_BASE64 = `(?:${['wmss_', 'wmso_'].flatMap(base64Cores).join('|')})`
const BASE64 = new RegExp(`${OWN_IN_BASE64}[\\w+/=-]*`, 'g')
/** With or without its dots: a pattern that must find one would take quadratic time on `eyJeyJeyJ…`. */
const JWT = /eyJ[\w-]{5,}(?:\.[\w-]*)*/g
const SCHEME = /\b(bearer|basic)((?:\s|%20|\+)+)([\w.~+/=%-]{8,})/gi
const PEM = /-----BEGIN [^-]{1,64}-----[\s\S]*?(?:-----END [^-]{1,64}-----|$)/g
/** `user:password@host` without a scheme. */
const BARE_USERINFO = /(^|[\s"'=(,<])[^\s:/?#"'<>=(,@]{1,64}:[^\s/?#"'<>@]{1,128}@(?=[a-z0-9.-]+)/gi
const USERINFO = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi
/** `name: value`, `"name":"value"` and `name=value` in running text. Starts at the name's core, so it stays linear on any input. */
const PAIR = new RegExp(
  `((?:${NAMES})[\\w.\\-\\]%]{0,40}\\\\*["']?\\s{0,8}(?:[:=]|%3d)\\s{0,8})` +
  '("(?:[^"\\\\]|\\\\[\\s\\S])*"?|\'(?:[^\'\\\\]|\\\\[\\s\\S])*\'?|\\\\+"[^"]*"?|[[{][\\s\\S]*|[^,;&"\'\\r\\n}\\]<>]+)', 'gi')
/** The same for short names, where they stand alone: quoted, or as a parameter. */
const SHORT_PAIR = new RegExp(`((?:^|[?&;{,\\s])["']?${SHORT_NAMES}["']?\\s{0,8}[:=]\\s{0,8}["']?)[^\\s,;&"'}\\]<>]+`, 'gi')
const XML = new RegExp(`(<[\\w:.-]{0,40}(?:${NAMES})[\\w:.-]{0,40}(?:\\s[^>]{0,200})?>)[^<]+`, 'gi')
const MULTIPART = new RegExp(
  `(name="[^"\\r\\n]{0,80}?(?:${NAMES})[^"\\r\\n]{0,80}"[^\\n]{0,200}\\n(?:[^\\r\\n]+\\r?\\n){0,5}\\r?\\n)[\\s\\S]*?(?=\\r?\\n--|$)`, 'gi')

/** One pass that says whether any rule could match. Escapes count, because they can hide a name or a prefix. */
const SUSPECT = new RegExp(
  `${NAMES}|wms[so]|eyJ|${OWN_IN_BASE64}|b(?:asic|earer)[\\s%+]|-----BEGIN|` +
    '[^\\s/?#"\'<>:]:[^\\s?#"\'<>]{1,200}@|' +
    `(?:^|[?&;"'{,\\s])${SHORT_NAMES}["']?\\s{0,8}[:=]|[?&;](?:code|key)=|\\\\[u/]|%[2-7]`,
  'i'
)

const knownNames = new Map<string, boolean>()
const KNOWN_NAMES = 2_000

/** Whether a value under this name (field, header, query parameter) is a secret whatever it looks like. */
export function isSecretName (name: string): boolean {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const secret = SECRET_NAME.test(name)
  if (name.length <= 64) {
    if (knownNames.size >= KNOWN_NAMES) knownNames.clear()
    knownNames.set(name, secret)
  }
  return secret
}

/** The same of a parameter in a query or a form. */
export const isSecretParameter = (name: string): boolean => isSecretName(name) || QUERY_NAME.test(name)

/** False only when no rule can match: most strings end here. */
export function isSuspect (text: string): boolean {
  return SUSPECT.test(text)
}

/** Replaces every secret that can be recognised inside a string. Linear in its length. */
export function redactString (text: string): string {
  if (!SUSPECT.test(text)) return text
  return text
    .replace(PEM, REDACTED)
    .replace(MULTIPART, `$1${REDACTED}`)
    .replace(PAIR, `$1${REDACTED}`)
    .replace(XML, `$1${REDACTED}`)
    .replace(OWN, REDACTED)
    .replace(JWT, REDACTED)
    .replace(BASE64, REDACTED)
    .replace(SCHEME, redactScheme)
    .replace(USERINFO, `$1${REDACTED}@`)
    .replace(BARE_USERINFO, `$1${REDACTED}@`)
    .replace(SHORT_PAIR, `$1${REDACTED}`)
}

/** `Basic` is an ordinary word, so it counts only before what decodes to credentials or is too long for a word. */
function redactScheme (match: string, scheme: string, gap: string, value: string): string {
  const ordinary = scheme.toLowerCase() === 'basic' && value.length < 16 &&
    !Buffer.from(value.replaceAll('%3D', '='), 'base64').toString('latin1').includes(':')
  return ordinary ? match : `${scheme}${gap}${REDACTED}`
}

/** The parts of a text's base64 form that are the same wherever the text stands in what was encoded. */
function base64Cores (text: string): string[] {
  return [0, 1, 2].map(offset => {
    const encoded = Buffer.from(`${'\0'.repeat(offset)}${text}`).toString('base64')
    return encoded.slice(Math.ceil(offset * 8 / 6), Math.floor((offset + text.length) * 8 / 6))
  })
}
