// How arrays travel to PostgreSQL. As text each element is quoted here, in passes over every character, and unquoted there; texts in the
// binary format (`array_recv`, `textrecv`) are copied as they are, and numbers need no quotes.
import type { Statement } from '../../kernel/contract/database.js'

type Encode = (items: readonly unknown[]) => unknown

const TEXT_OID = 25
const DIMENSIONS = { none: 0, one: 1 }
/** Dimensions, whether there are nulls, the type of the elements; and of the only dimension its length and where it begins. */
const HEADER = { empty: 12, full: 20 }
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** Up to here a loop in JavaScript is quicker than the way into the native encoder. */
const SHORT = 48
/** One character more than fits can then be distinguished from a text that just fits. */
const SPARE = 4

const isText = (item: unknown): item is string | null | undefined => typeof item === 'string' || item === null || item === undefined

/** An array of text in PostgreSQL's binary format; what has something else in it is left to `pg`. */
export function binaryTexts (items: readonly unknown[]): unknown {
  if (!items.every(isText)) return items
  if (items.length === 0) return header(Buffer.alloc(HEADER.empty), false)
  // Nearly all is ASCII, where a character is a byte: counting bytes first would read everything twice.
  return filled(items, item => item.length) ?? filled(items, item => Buffer.byteLength(item))!
}

/** @param bytesOf a guess; null when it was too low for one */
function filled (items: ReadonlyArray<string | null | undefined>, bytesOf: (item: string) => number): Buffer | null {
  const sizes = items.map(item => isNone(item) ? 0 : bytesOf(item))
  const buffer = header(Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + LENGTH_BYTES + size, HEADER.full) + SPARE), items.some(isNone), items.length)
  let at = HEADER.full
  for (const [index, item] of items.entries()) {
    const length = isNone(item) ? NULL_LENGTH : write(buffer, item, at + LENGTH_BYTES)
    if (length > sizes[index]!) return null
    buffer.writeInt32BE(length, at)
    at += LENGTH_BYTES + Math.max(length, 0)
  }
  return buffer.subarray(0, at)
}

const isNone = (item: string | null | undefined): item is null | undefined => item === null || item === undefined

function header (buffer: Buffer, hasNulls: boolean, length = 0): Buffer {
  buffer.writeInt32BE(length === 0 ? DIMENSIONS.none : DIMENSIONS.one, 0)
  buffer.writeInt32BE(Number(hasNulls), 4)
  buffer.writeInt32BE(TEXT_OID, 8)
  if (length > 0) {
    buffer.writeInt32BE(length, 12)
    buffer.writeInt32BE(1, 16)
  }
  return buffer
}

/** @returns how many bytes it takes, as far as there is room */
function write (buffer: Buffer, text: string, at: number): number {
  if (text.length > SHORT) return buffer.write(text, at)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return buffer.write(text, at)
    buffer[at + index] = code
  }
  return text.length
}

/** An array literal of numbers. */
export function plainNumbers (items: readonly unknown[]): unknown {
  if (!items.every(item => typeof item === 'number' || item === null || item === undefined)) return items
  return `{${items.map(item => item ?? 'NULL').join(',')}}`
}

const ENCODERS: Readonly<Record<string, Encode>> = { text: binaryTexts, smallint: plainNumbers, int: plainNumbers, bigint: plainNumbers, numeric: plainNumbers }
const PARAMETER = /\$(\d+)::(text|smallint|int|bigint|numeric)\[\]/g

/** By statement: how its parameters travel, found once from the types that its text gives them. */
const known = new WeakMap<Statement, ReadonlyMap<number, Encode>>()

function encodersOf (statement: Statement): ReadonlyMap<number, Encode> {
  const found = known.get(statement)
  if (found !== undefined) return found
  const encoders = new Map([...statement.text.matchAll(PARAMETER)].map(([, number, type]) => [Number(number) - 1, ENCODERS[type!]!]))
  known.set(statement, encoders)
  return encoders
}

/** The values of a statement as `pg` is to send them. */
export function encoded (statement: Statement, values: readonly unknown[]): unknown[] {
  const sent = [...values]
  for (const [at, encode] of encodersOf(statement)) {
    const value = sent[at]
    if (Array.isArray(value)) sent[at] = encode(value)
  }
  return sent
}
