// A deadline for every statement on the client's side: a connection that swallows bytes in silence never answers, and never fails by itself.
import type pg from 'pg'
import { bytesReceived, cut, isWaiting } from './client-socket.js'

/** Two seconds more than the server gives a statement: within its limit it is the server that ends it. */
const DEADLINE_MS = 12_000
/** While the process ends there is no time for that. */
const CLOSING_DEADLINE_MS = 4_000
const LOOK_EVERY_MS = 500
/** What waits for less is not suspected when another connection is found silent. */
const SUSPECT_MS = 2_000

export interface Watchdog {
  /** Watches a connection until it ends. */
  watch: (client: pg.ClientBase) => void
  /** For how long the oldest statement under way has got nothing, in milliseconds. */
  readonly oldestMs: number
  /** From now on the deadline is short: the process ends. */
  hurry: () => void
  stop: () => void
}

interface Watched { bytes: number, receivedAt: number, waitingSince: number }

/**
 * Cuts connections on which a statement gets nothing for longer than the deadline: its callers learn that the connection is lost, and the pool opens
 * another. With the first such connection go all that were last heard of before it fell silent: behind a failover or a lost NAT entry they are all lost.
 */
export function createWatchdog (log: (line: string) => void): Watchdog {
  const watched = new Map<pg.ClientBase, Watched>()
  let deadlineMs = DEADLINE_MS
  let oldestMs = 0
  let lookedAt = performance.now()

  const look = (): void => {
    const now = performance.now()
    // A process that was stopped itself has not read what has arrived meanwhile.
    const wasStopped = now - lookedAt > 2 * LOOK_EVERY_MS + 1_000
    lookedAt = now
    const silent: Watched[] = []
    oldestMs = 0
    for (const [client, state] of watched) {
      const bytes = bytesReceived(client)
      if (bytes !== state.bytes) Object.assign(state, { bytes, receivedAt: now, waitingSince: now })
      if (wasStopped || !isWaiting(client)) state.waitingSince = now
      oldestMs = Math.max(oldestMs, now - state.waitingSince)
      if (now - state.waitingSince > deadlineMs) silent.push(state)
    }
    if (silent.length === 0) return
    const since = Math.min(...silent.map(({ waitingSince }) => waitingSince))
    let count = 0
    for (const [client, state] of watched) {
      const isSuspect = state.receivedAt <= since && (!isWaiting(client) || now - state.waitingSince > SUSPECT_MS)
      if (!silent.includes(state) && !isSuspect) continue
      count++
      cut(client)
    }
    log(`the database has been silent for ${Math.round((now - since) / 1000)} s: ${count} connections are replaced`)
  }
  const timer = setInterval(look, LOOK_EVERY_MS).unref()

  return {
    watch (client) {
      const now = performance.now()
      watched.set(client, { bytes: bytesReceived(client), receivedAt: now, waitingSince: now })
      client.once('end', () => { watched.delete(client) })
    },
    get oldestMs () { return oldestMs },
    hurry () { deadlineMs = CLOSING_DEADLINE_MS },
    stop () { clearInterval(timer) }
  }
}
