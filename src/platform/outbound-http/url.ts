// The text of a URL, judged without DNS.
/** The parts of a URL that a request needs. `href` is the normalised text: store this one. */
export interface ParsedUrl { href: string, origin: string, path: string, hostname: string, secure: boolean }

/** Why a URL or what its host resolves to is refused. */
type RefusalReason = 'invalid' | 'too_long' | 'scheme' | 'userinfo' | 'fragment' | 'port' | 'unresolvable' | 'address_refused' | 'plain_http' | 'own'

/** `message` is one sentence for the operator. */
export interface UrlProblem { reason: RefusalReason, message: string }

const MAX_URL_LENGTH = 2_048

// The Fetch standard's port blocking (section 2.9, "bad port"), and services that would take an HTTP request for a command.
const REFUSED_PORTS = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
  115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563,
  587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
  445, 1433, 1521, 2375, 2379, 3306, 3389, 5432, 5672, 6379, 9092, 11211, 27017
])

/**
 * Judges the text of a URL, without asking DNS.
 * The host is taken after WHATWG normalisation, so `2130706433`, `0x7f.1` and `①②⑦.⓪.⓪.①` are 127.0.0.1 here.
 * @param text the URL as it was typed or stored, at most 2,048 characters
 * @returns its parts (`hostname` without the brackets of an IPv6 address), or the problem
 */
export function parseTargetUrl (text: string): ParsedUrl | UrlProblem {
  if (text.length > MAX_URL_LENGTH) return tooLong
  // The parser drops tabs and newlines and takes a backslash for a slash: text that changes under it deceives its reader.
  if (hasOddCharacters(text)) return refuse('invalid', 'The URL contains a space, a control character or a backslash.')
  const url = tryUrl(text)
  if (url === null) return refuse('invalid', 'The URL is not valid. Write it like https://erp.example.com/hooks.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('scheme', 'The URL must begin with https://.')
  }
  const authority = /^[a-z]+:\/*([^/?#]*)/i.exec(text)?.[1] ?? ''
  if (authority.includes('@')) {
    return refuse('userinfo', 'The URL must not contain a user name or password. Configure them as the authentication.')
  }
  if (text.includes('#')) return refuse('fragment', 'The URL must not contain a fragment (#…).')
  if (url.port !== '' && REFUSED_PORTS.has(Number(url.port))) {
    return refuse('port', `Port ${url.port} belongs to another service. Use a port for HTTPS.`)
  }
  if (url.href.length > MAX_URL_LENGTH) return tooLong
  return {
    href: url.href,
    origin: url.origin,
    path: url.pathname + url.search,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    secure: url.protocol === 'https:'
  }
}

const tooLong = refuse('too_long', `The URL is longer than ${MAX_URL_LENGTH} characters.`)

function hasOddCharacters (text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 0x20 || code === 0x7f || code === 0x5c) return true
  }
  return false
}

function tryUrl (text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

function refuse (reason: RefusalReason, message: string): UrlProblem {
  return { reason, message }
}
