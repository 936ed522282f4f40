// What programs of PostgreSQL print: passed on by line, the last lines kept for errors.
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a program of PostgreSQL has to say: handed on line by line, the last lines kept to explain an end. */
export interface Output {
  /** The last lines, the newest one last. */
  tail (): string[]
  /** Settles when nothing more will come; a process that outlives the program can hold it open for a second only. */
  drained (): Promise<void>
}

const TAIL_LINES = 30
const DRAIN_MS = 1_000

/** Reads the stream to its end, so that the program never waits for its reader. */
export function readOutput (stream: Readable, onLine: (line: string) => void): Output {
  const tail: string[] = []
  const lines = createInterface({ input: stream, crlfDelay: Infinity })
  const closed = new Promise<void>(resolve => lines.once('close', resolve))
  lines.on('line', line => {
    if (line === '') return
    tail.push(line)
    if (tail.length > TAIL_LINES) tail.shift()
    onLine(line)
  })
  return {
    tail: () => [...tail],
    drained: async () => {
      const timeout = new AbortController()
      await Promise.race([closed, sleep(DRAIN_MS, undefined, { signal: timeout.signal }).catch(() => {})])
      timeout.abort()
      stream.destroy()
    }
  }
}
