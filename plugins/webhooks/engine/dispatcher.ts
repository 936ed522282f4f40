// Sends what this process has taken: some calls at a time to each receiver, each result handed on to be stored.
import { setMaxListeners } from 'node:events'
import type { Kernel } from '#kernel'
import { releaseClaims } from '../store/queue.js'
import { sendAttempt, type Attempt } from './attempt.js'
import { STALE_MS, type Claim } from './claim.js'
import { aheadOf, createLanes, isAnswering, observe, type Lane } from './lanes.js'
import { conclude, createSettler, type Result } from './settle.js'

/** All webhooks together, in one process; what a round and new events take at the same moment may go beyond it. */
const MAX_TAKEN = 500
/** Of these for receivers from which there was no answer lately, of each so many more at a time. */
const MAX_UNPROVEN = 250
const UNPROVEN_AT_FIRST = 10
const FINISH_MS = 10_000
const STORE_MS = 3_000

interface DispatcherOptions {
  /** True while nothing may be sent. */
  isHeld: () => boolean
  /** Published of each attempt that ended. */
  onAttempt: (attempt: Attempt) => void
  /** Published when more could be taken than a moment ago. */
  onRoom: () => void
}

export class Dispatcher {
  readonly #kernel: Kernel
  readonly #options: DispatcherOptions
  readonly #lanes = createLanes()
  readonly #cut = new AbortController()
  readonly #background = new Set<Promise<void>>()
  readonly #settler
  #taken = 0
  #sending = 0
  #freshFrom = 0
  #stopped = false

  constructor (kernel: Kernel, options: DispatcherOptions) {
    this.#kernel = kernel
    this.#options = options
    // Each call under way listens; Node suspects a leak at eleven.
    setMaxListeners(2 * MAX_TAKEN, this.#cut.signal)
    this.#settler = createSettler(kernel, results => { this.#stored(results) })
  }

  /** How many more can be taken. */
  get room (): number { return MAX_TAKEN - this.#taken }

  /** Calls under way. */
  get sending (): number { return this.#sending }

  /** How many of a webhook may be taken at a time. */
  aheadOf (webhookId: string): number {
    const lane = this.#lanes.of(webhookId)
    return Math.min(aheadOf(lane), lane.taken + this.#roomFor(lane))
  }

  /** Receivers that do not answer share a part of the whole, so that those that do always find room. */
  #roomFor (lane: Lane): number {
    if (isAnswering(lane)) return this.room
    let [taken, sharers] = [0, 0]
    for (const other of this.#lanes.all()) {
      if (isAnswering(other)) continue
      taken += other.taken
      sharers++
    }
    return Math.max(0, Math.min(UNPROVEN_AT_FIRST - lane.taken, Math.ceil((MAX_UNPROVEN - taken) / sharers)))
  }

  /** No call is begun any more. */
  get isStopped (): boolean { return this.#stopped }

  /** Takes charge of what a round has claimed, in the order in which it should go; a round leaves behind what there is no room for. */
  accept (claims: readonly Claim[]): void {
    const touched = this.#enqueue(claims)
    for (const lane of this.#lanes.all()) lane.isFull = lane.taken >= lane.slots
    for (const lane of touched) this.#pump(lane)
  }

  /** Takes charge of claims that were made beside a round. */
  take (claims: readonly Claim[]): void {
    for (const lane of this.#enqueue(claims)) this.#pump(lane)
  }

  #enqueue (claims: readonly Claim[]): ReadonlySet<Lane> {
    const touched = new Set<Lane>()
    for (const claim of claims) {
      const lane = this.#lanes.of(claim.target.id)
      lane.queue.push(claim)
      lane.taken++
      this.#taken++
      touched.add(lane)
    }
    return touched
  }

  /** What waits goes back into the queue, to be taken as its webhook is configured now. */
  recall (): void {
    this.#freshFrom = performance.now()
    for (const lane of this.#lanes.all()) {
      lane.heldUntil = 0
      this.#giveBack(lane, lane.queue.splice(0))
    }
    this.#lanes.forgetIdle()
  }

  /** No call is begun any more. */
  stop (): void { this.#stopped = true }

  /** Calls under way get 10 s, then they are broken off and their deliveries given back. */
  async close (): Promise<void> {
    this.stop()
    this.recall()
    await within(FINISH_MS, this.#finished())
    this.#cut.abort()
    await within(STORE_MS, this.#finished().then(this.#settler.idle))
  }

  #pump (lane: Lane): void {
    const back: Claim[] = []
    while (lane.sending < lane.slots) {
      const next = lane.queue.shift()
      if (next === undefined) break
      if (this.#mayGo(lane, next)) this.#track(lane, 1, this.#send(lane, next))
      else back.push(next)
    }
    this.#giveBack(lane, back)
  }

  #mayGo (lane: Lane, { claimedAt }: Claim): boolean {
    return !this.#stopped && claimedAt >= this.#freshFrom && performance.now() - claimedAt < STALE_MS &&
      lane.heldUntil <= this.#kernel.clock.now().getTime() && !this.#options.isHeld()
  }

  async #send (lane: Lane, { delivery: claimed, target, inOrder, claimedAt }: Claim): Promise<void> {
    const { envelope } = claimed
    const delivery = envelope === null || target.personalData ? claimed : { ...claimed, envelope: this.#kernel.personalData.ofEvent(envelope) }
    lane.sending++
    this.#sending++
    try {
      const attempt = await sendAttempt(this.#kernel, target, delivery, this.#cut.signal)
      const result = conclude(target, delivery, attempt, inOrder, this.#kernel.clock.now())
      // A receiver that is configured no more has no say in when the next one is called.
      observe(lane, result, claimedAt >= this.#freshFrom)
      this.#options.onAttempt(attempt)
      this.#settler.add(result)
    } finally {
      lane.sending--
      this.#sending--
      this.#pump(lane)
    }
  }

  #giveBack (lane: Lane, claims: readonly Claim[]): void {
    if (claims.length === 0) return
    const release = releaseClaims(this.#kernel.db, claims.map(({ delivery }) => delivery))
    this.#track(lane, claims.length, release.then(() => { this.#free(lane, claims.length) }))
  }

  #stored (results: readonly Result[]): void {
    for (const { target, inOrder } of results) {
      const lane = this.#lanes.of(target.id)
      // What comes next in its order may go now.
      lane.isFull ||= inOrder
      this.#free(lane, 1)
    }
  }

  #free (lane: Lane, count: number): void {
    const isFull = this.room <= 0 || lane.isFull
    this.#taken -= count
    lane.taken -= count
    if (isFull) this.#options.onRoom()
  }

  #track (lane: Lane, count: number, work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: Error) => {
        this.#kernel.log.error(error, 'claims were left to their leases')
        this.#free(lane, count)
      })
      .finally(() => { this.#background.delete(tracked) })
    this.#background.add(tracked)
  }

  /** Also of what is begun while it waits. */
  async #finished (): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background)
  }
}

async function within (ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise<void>(resolve => { timer = setTimeout(resolve, ms) })])
  clearTimeout(timer)
}
