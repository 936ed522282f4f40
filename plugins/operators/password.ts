// Passwords as scrypt hashes: memory-hard, at most two at once, and as expensive for an unknown user as for a known one.
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { AppError } from '#kernel'

/** log2 of scrypt's N for new hashes; stored ones name their own. */
let log2N = 15
const R = 8
const P = 3
const SALT_BYTES = 16
const KEY_BYTES = 32
/** Lengths in characters (code points), after normalisation. */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 256

const AT_ONCE = 2
/** About five seconds of hashing; a call that would wait longer is answered that it should be repeated. */
const MAX_WAITING = 32
/** Of these for networks from which no one has signed in before, and for any one of those. */
const MAX_WAITING_UNKNOWN = 24
const MAX_WAITING_OF_NETWORK = 16

/** From where a password is tried. */
export interface Origin { network: string, isKnown: boolean }
const OWN: Origin = { network: '', isKnown: true }

let running = 0
const waiting: Array<{ from: Origin, go: () => void }> = []

/** A flood of sign-ins must take neither the thread pool and the memory (32 MiB each) from the API, nor its turn from an operator. */
async function oneOfFew<T> (from: Origin, work: () => Promise<T>): Promise<T> {
  const sameNetwork = waiting.filter(other => other.from.network === from.network).length
  if (waiting.length >= (from.isKnown ? MAX_WAITING : MAX_WAITING_UNKNOWN) || (!from.isKnown && sameNetwork >= MAX_WAITING_OF_NETWORK)) {
    throw new AppError(503, 'password.busy', 'Too many passwords are being checked at the moment. Try again in a few seconds.', {
      headers: { 'retry-after': '5' }
    })
  }
  if (running >= AT_ONCE) {
    await new Promise<void>(resolve => {
      const at = from.isKnown ? waiting.findIndex(other => !other.from.isKnown) : -1
      waiting.splice(at === -1 ? waiting.length : at, 0, { from, go: resolve })
    })
  } else {
    running++
  }
  try {
    return await work()
  } finally {
    // The slot is handed over, not freed: a call that comes now queues behind those that wait.
    const next = waiting.shift()
    if (next === undefined) running--
    else next.go()
  }
}

/** The same password typed on two keyboards gives the same text (NIST SP 800-63B, section 3.1.1.2). */
function normalise (password: string): string {
  return password.normalize('NFKC')
}

/** Whether a password may be set: its length in characters after normalisation. */
export function isAcceptable (password: string): boolean {
  const { length } = [...normalise(password)]
  return length >= PASSWORD_MIN && length <= PASSWORD_MAX
}

interface Cost { ln: number, r: number, p: number, keyBytes: number }

async function derive (password: string, salt: Buffer, { ln, r, p, keyBytes }: Cost, from: Origin): Promise<Buffer> {
  const N = 2 ** ln
  return await oneOfFew(from, async () => await new Promise<Buffer>((resolve, reject) => {
    scrypt(normalise(password), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  }))
}

function encode (salt: Buffer, key: Buffer): string {
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$scrypt$ln=${log2N},r=${R},p=${P}$${base64(salt)}$${base64(key)}`
}

/**
 * Hashes a password with a salt of its own.
 * @returns `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding (PHC string format); about 0.3 s of one core
 * @throws RangeError for a password that is shorter or longer than accepted; AppError 503 when too many wait
 */
export async function hashPassword (password: string): Promise<string> {
  if (!isAcceptable(password)) throw new RangeError(`a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`)
  const salt = randomBytes(SALT_BYTES)
  return encode(salt, await derive(password, salt, { ln: log2N, r: R, p: P, keyBytes: KEY_BYTES }, OWN))
}

/** No one's hash: no password gives this key but with probability 2^-256. */
const unusableHash = (): string => encode(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES))

/** @param cost log2 of scrypt's N: each step doubles the time and the memory of a hash */
export function setPasswordCost (cost: number): void {
  log2N = cost
}

const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/**
 * Compares in constant time, with the costs that the stored hash names.
 * @param from those of one network, and of networks that are not known, share a part of the queue
 * @param stored the operator's hash; null when there is no such operator, which costs the same and is false
 * @throws Error when `stored` is not a hash of ours; AppError 503 when too many wait
 */
export async function verifyPassword (password: string, stored: string | null, from: Origin = OWN): Promise<boolean> {
  const parts = STORED.exec(stored ?? unusableHash())
  if (parts === null) throw new Error('the stored password hash is damaged')
  const [, ln, r, p, salt = '', hash = ''] = parts
  const expected = Buffer.from(hash, 'base64')
  const actual = await derive(password, Buffer.from(salt, 'base64'), { ln: Number(ln), r: Number(r), p: Number(p), keyBytes: expected.length }, from)
  return timingSafeEqual(actual, expected)
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Unguessable text of `length` letters and digits: 5.95 bits each. */
export function randomText (length: number): string {
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('')
}
