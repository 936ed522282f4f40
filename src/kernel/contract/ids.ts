// Typed, sortable identifiers.
import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'

// The package's own source asks the system for each of its 16 characters; this asks once for those of 256 ids.
const supply = new Uint8Array(4096)
let used = supply.length

function randomFraction (): number {
  if (used === supply.length) {
    randomFillSync(supply)
    used = 0
  }
  return supply[used++]! / 256
}

const next = monotonicFactory(randomFraction)

/** `prd_01J…`: a prefix that says what it is and a ULID that sorts by creation. */
export const newId = (prefix: string): string => `${prefix}_${next()}`
