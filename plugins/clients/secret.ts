// Client ids and secrets: how they look, how they are made, and what is kept of a secret.
import { createHmac, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID_CHARACTERS = 22
/** 43 characters of base62 hold 256 bits. */
const SECRET_CHARACTERS = 43
const CHECKSUM_CHARACTERS = 6

/** Which pepper made an HMAC, for a later change of peppers. */
export const PEPPER_ID = 1

/** For scanners of leaked secrets. */
const SECRET_PATTERN = /^wmss_[0-9A-Za-z]{49}$/

/** `wmsc_` and 22 characters of base62. */
export const newClientId = (): string => `wmsc_${random62(ID_CHARACTERS)}`

/** `wmss_`, 256 random bits and a CRC-32 of both, which distinguishes a mistyped secret from a wrong one without a look-up. */
export function newSecret (): string {
  const text = `wmss_${random62(SECRET_CHARACTERS)}`
  return `${text}${checksum(text)}`
}

/** False for what can't be one of our secrets. */
export function looksLikeSecret (text: string): boolean {
  return SECRET_PATTERN.test(text) && checksum(text.slice(0, -CHECKSUM_CHARACTERS)) === text.slice(-CHECKSUM_CHARACTERS)
}

/** What is stored: a fast keyed hash, for a random secret of 256 bits needs no slow one (hydra#3164). */
export const hmacOf = (pepper: Buffer, secret: string): string => createHmac('sha256', pepper).update(secret).digest('hex')

function checksum (text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let index = 0; index < CHECKSUM_CHARACTERS; index++) {
    digits = BASE62[rest % 62]! + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

/** Evenly distributed: bytes past the last multiple of 62 are thrown away. */
function random62 (length: number): string {
  let text = ''
  while (text.length < length) for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += BASE62[byte % 62]!
  return text
}
