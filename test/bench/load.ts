// The load generator: a fixed number of connections, each with one call at a time.
import { Pool } from 'undici'

export interface Call { method: 'GET' | 'POST', path: string, headers?: Record<string, string>, body?: string }

export interface LoadResult {
  calls: number
  /** Of each measured call, in milliseconds. */
  latencies: number[]
  seconds: number
  /** Answers with another status than expected. */
  failures: number
}

const WARM_UP_MS = 2_000

/**
 * Calls from `connections` connections for `durationMs` after a warm-up. Every call is counted in `calls`, the warm-up's too;
 * `latencies` and `seconds` are those of the measured time.
 */
export async function load (
  base: string, connections: number, durationMs: number, next: (index: number) => Call, expected: number, warmUpMs = WARM_UP_MS
): Promise<LoadResult> {
  const pool = new Pool(base, { connections, pipelining: 1 })
  const latencies: number[] = []
  let calls = 0
  let failures = 0
  const startedAt = performance.now()
  const measureFrom = startedAt + warmUpMs
  const until = measureFrom + durationMs
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const sentAt = performance.now()
      const { statusCode, body } = await pool.request(next(calls++))
      await body.dump()
      if (statusCode !== expected) failures++
      else if (sentAt >= measureFrom) latencies.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  const seconds = (performance.now() - measureFrom) / 1000
  await pool.close()
  return { calls, latencies, seconds, failures }
}

/** Of a sorted list; NaN when it is empty. */
export function percentile (sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))] ?? NaN
}
