// What is not in the public interface of a `pg` client: its socket, and whether it waits for an answer.
import type { Writable } from 'node:stream'
import type pg from 'pg'

interface Insides { connection?: { stream?: Writable & { bytesRead?: number } }, readyForQuery?: boolean }

const streamOf = (client: pg.ClientBase): NonNullable<Insides['connection']>['stream'] => (client as Insides).connection?.stream

/** Bytes that have arrived on it so far. */
export const bytesReceived = (client: pg.ClientBase): number => streamOf(client)?.bytesRead ?? 0

/** A statement is under way on it. */
export const isWaiting = (client: pg.ClientBase): boolean => (client as Insides).readyForQuery === false

/** What is sent before this tick ends leaves in one packet. `pg` corks its socket around each statement; this does around several. */
export function cork (client: pg.ClientBase): void {
  const stream = streamOf(client)
  if (stream === undefined) return
  stream.cork()
  process.nextTick(() => { stream.uncork() })
}

/** Breaks the connection at once: ending it would wait for the statement that runs too long. */
export function cut (client: pg.ClientBase): void {
  streamOf(client)?.destroy()
}
