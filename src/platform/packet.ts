// Several statements in one packet on the socket of a `pg` client.
import type { Writable } from 'node:stream'
import type pg from 'pg'

const streamOf = (client: pg.ClientBase): Writable | undefined => (client as { connection?: { stream?: Writable } }).connection?.stream

/** What is sent before this tick ends leaves in one packet. `pg` corks its socket around each statement; this does around several. */
export function gather (client: pg.ClientBase): void {
  const stream = streamOf(client)
  if (stream === undefined) return
  stream.cork()
  process.nextTick(() => { stream.uncork() })
}

/** Breaks the connection at once: ending it would wait for the statement that runs too long. */
export function cut (client: pg.ClientBase): void {
  streamOf(client)?.destroy()
}
