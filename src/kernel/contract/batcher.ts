// Work that is done in batches: what comes while one is under way waits and goes with the next.
import type { Metrics } from './kernel.js'

/** An item that waits, and since when (`performance.now()`). */
export interface Queued<Item> { item: Item, since: number }

/**
 * Why a batch began: `full`: as many waited as go together; `first`: nothing was under way; `next`: the one before it had ended; `beside`: others were
 * under way.
 */
type Reason = 'full' | 'first' | 'next' | 'beside'

/** Notes a batch when it begins. `waitedMs`: its oldest item. */
export type BatchMeasure = (batch: { size: number, waitedMs: number, reason: Reason }) => void

interface Options<Item> {
  /** So many go together, at most. */
  most: number
  /** Does the work of a batch, and reports to those who wait for it. @throws never */
  flush: (batch: ReadonlyArray<Queued<Item>>) => Promise<void>
  /** Whether a batch may begin while `running` others are under way; one at a time if it is left out. */
  mayBegin?: (waiting: ReadonlyArray<Queued<Item>>, running: number) => boolean
  /** Removes those that go together; if it is left out, the oldest. None: it looks again when a batch has ended, or after `lookAgainMs`. */
  take?: (waiting: Array<Queued<Item>>) => Array<Queued<Item>>
  lookAgainMs?: number
  /** Waits for company before a batch is taken. */
  waitForMore?: (waiting: ReadonlyArray<Queued<Item>>) => Promise<unknown>
  measure?: BatchMeasure | undefined
}

export interface Batcher<Item> {
  add: (item: Item) => void
  /** Those that no batch has taken yet, oldest first. */
  readonly waiting: ReadonlyArray<Queued<Item>>
  /** Takes back those that no batch has taken yet and that fit. */
  withdraw: (fits: (queued: Queued<Item>) => boolean) => Item[]
  readonly isIdle: boolean
  /** Resolves when nothing waits and nothing is under way. */
  idle: () => Promise<void>
}

/** The queue and its order; what becomes of a batch is the business of `flush`. */
export function createBatcher<Item> (options: Options<Item>): Batcher<Item> {
  const { most, flush, mayBegin = (_, running) => running === 0, take = waiting => waiting.splice(0, most), lookAgainMs = 0, waitForMore, measure } = options
  const waiting: Array<Queued<Item>> = []
  let running = 0
  let timer: NodeJS.Timeout | undefined
  const atRest: Array<() => void> = []

  const drain = async (): Promise<void> => {
    for (let isNext = false; waiting.length > 0 && mayBegin(waiting, running); isNext = true) {
      const others = running++
      if (waitForMore !== undefined) await waitForMore(waiting)
      const batch = take(waiting)
      if (batch.length > 0) {
        const reason = batch.length >= most ? 'full' : others > 0 ? 'beside' : isNext ? 'next' : 'first'
        measure?.({ size: batch.length, waitedMs: performance.now() - batch[0]!.since, reason })
        await flush(batch)
      }
      running--
      if (batch.length === 0) break
    }
    if (waiting.length > 0 && lookAgainMs > 0) {
      timer ??= setTimeout(() => {
        timer = undefined
        begin()
      }, lookAgainMs)
    } else if (waiting.length === 0 && running === 0) {
      clearTimeout(timer)
      timer = undefined
      for (const resolve of atRest.splice(0)) resolve()
    }
  }
  const begin = (): void => { drain().catch(error => { queueMicrotask(() => { throw error }) }) }

  return {
    waiting,
    add (item) {
      waiting.push({ item, since: performance.now() })
      begin()
    },
    withdraw (fits) {
      const gone = waiting.filter(fits)
      const left = waiting.filter(queued => !gone.includes(queued))
      waiting.splice(0, waiting.length, ...left)
      return gone.map(({ item }) => item)
    },
    get isIdle () { return running === 0 && waiting.length === 0 },
    async idle () {
      if (running > 0 || waiting.length > 0) await new Promise<void>(resolve => { atRest.push(resolve) })
    }
  }
}

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** How large the batches of a queue are, how long their oldest has waited, and why they began. @param name of the queue, part of the names of its metrics */
export function measureBatches (metrics: Metrics, name: string): BatchMeasure {
  const sizes = metrics.histogram(`${name}_batch_size`, `How many went together: ${name}`, SIZES)
  const waits = metrics.histogram(`${name}_batch_wait_seconds`, `How long the oldest of a batch had waited: ${name}`, SECONDS)
  const reasons = metrics.counter(`${name}_batches_total`, `Batches by why they began (full, first, next, beside): ${name}`, ['reason'])
  return ({ size, waitedMs, reason }) => {
    sizes.observe(size)
    waits.observe(waitedMs / 1000)
    reasons.inc({ reason })
  }
}
