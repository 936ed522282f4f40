// Sends what this process has taken: some calls at a time to each receiver, each result handed on to be stored.
import { setMaxListeners } from 'node:events'
import type { Kernel } from '#kernel'
import { releaseClaims } from '../store/queue.js'
import { sendAttempt, type Attempt } from './attempt.js'
import { STALE_MS, type Claim } from './claim.js'
import { aheadOf, createReceivers, isAnswering, observe, type Receiver } from './receivers.js'
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
  readonly #receivers = createReceivers()
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
    const receiver = this.#receivers.of(webhookId)
    return Math.min(aheadOf(receiver), receiver.taken + this.#roomFor(receiver))
  }

  /** Receivers that do not answer share a part of the whole, so that those that do always find room. */
  #roomFor (receiver: Receiver): number {
    if (isAnswering(receiver)) return this.room
    let [taken, sharers] = [0, 0]
    for (const other of this.#receivers.all()) {
      if (isAnswering(other)) continue
      taken += other.taken
      sharers++
    }
    return Math.max(0, Math.min(UNPROVEN_AT_FIRST - receiver.taken, Math.ceil((MAX_UNPROVEN - taken) / sharers)))
  }

  /** No call is begun any more. */
  get isStopped (): boolean { return this.#stopped }

  /** Takes charge of what a round has claimed, in the order in which it should go; a round leaves behind what there is no room for. */
  accept (claims: readonly Claim[]): void {
    const touched = this.#enqueue(claims)
    for (const receiver of this.#receivers.all()) receiver.isFull = receiver.taken >= receiver.slots
    for (const receiver of touched) this.#pump(receiver)
  }

  /** Takes charge of claims that were made beside a round. */
  take (claims: readonly Claim[]): void {
    for (const receiver of this.#enqueue(claims)) this.#pump(receiver)
  }

  #enqueue (claims: readonly Claim[]): ReadonlySet<Receiver> {
    const touched = new Set<Receiver>()
    for (const claim of claims) {
      const receiver = this.#receivers.of(claim.target.id)
      receiver.queue.push(claim)
      receiver.taken++
      this.#taken++
      touched.add(receiver)
    }
    return touched
  }

  /** What waits goes back into the queue, to be taken as its webhook is configured now. */
  recall (): void {
    this.#freshFrom = performance.now()
    for (const receiver of this.#receivers.all()) {
      receiver.heldUntil = 0
      this.#giveBack(receiver, receiver.queue.splice(0))
    }
    this.#receivers.forgetIdle()
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

  #pump (receiver: Receiver): void {
    const back: Claim[] = []
    while (receiver.sending < receiver.slots) {
      const next = receiver.queue.shift()
      if (next === undefined) break
      if (this.#mayGo(receiver, next)) this.#track(receiver, 1, this.#send(receiver, next))
      else back.push(next)
    }
    this.#giveBack(receiver, back)
  }

  #mayGo (receiver: Receiver, { claimedAt }: Claim): boolean {
    return !this.#stopped && claimedAt >= this.#freshFrom && performance.now() - claimedAt < STALE_MS &&
      receiver.heldUntil <= this.#kernel.clock.now().getTime() && !this.#options.isHeld()
  }

  async #send (receiver: Receiver, { delivery: claimed, target, inOrder, claimedAt }: Claim): Promise<void> {
    const { envelope } = claimed
    const delivery = envelope === null || target.personalData ? claimed : { ...claimed, envelope: this.#kernel.personalData.ofEvent(envelope) }
    receiver.sending++
    this.#sending++
    try {
      const attempt = await sendAttempt(this.#kernel, target, delivery, this.#cut.signal)
      const result = conclude({ target, delivery, attempt, inOrder, endedAt: this.#kernel.clock.now() })
      // A receiver that is configured no more has no say in when the next one is called.
      observe(receiver, result, claimedAt >= this.#freshFrom)
      this.#options.onAttempt(attempt)
      this.#settler.add(result)
    } finally {
      receiver.sending--
      this.#sending--
      this.#pump(receiver)
    }
  }

  #giveBack (receiver: Receiver, claims: readonly Claim[]): void {
    if (claims.length === 0) return
    const release = releaseClaims(this.#kernel.db, claims.map(({ delivery }) => delivery))
    this.#track(receiver, claims.length, release.then(() => { this.#free(receiver, claims.length) }))
  }

  #stored (results: readonly Result[]): void {
    for (const { target, inOrder } of results) {
      const receiver = this.#receivers.of(target.id)
      // What comes next in its order may go now.
      receiver.isFull ||= inOrder
      this.#free(receiver, 1)
    }
  }

  #free (receiver: Receiver, count: number): void {
    const isFull = this.room <= 0 || receiver.isFull
    this.#taken -= count
    receiver.taken -= count
    if (isFull) this.#options.onRoom()
  }

  #track (receiver: Receiver, count: number, work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: Error) => {
        this.#kernel.log.error(error, 'claims were left to their leases')
        this.#free(receiver, count)
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
