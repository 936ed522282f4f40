// When a failed delivery is tried again, and when it is given up.

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Milliseconds before each try: 13 attempts in 75.7 hours. Stored with every delivery, so that a change here moves no old one. */
export const SCHEDULE: readonly number[] = [
  0, 5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS,
  12 * HOUR_MS, 24 * HOUR_MS, 24 * HOUR_MS
]

/** The receiver says that the message itself is wrong: it will hardly say otherwise after three attempts. */
const REFUSALS = new Set([400, 413, 415, 422])
const REFUSED_TRIES = 3

const JITTER_SHARE = 0.2
const JITTER_MIN_MS = SECOND_MS
const JITTER_MAX_MS = 15 * MINUTE_MS
const MAX_RETRY_AFTER_MS = 12 * HOUR_MS

/** What came back, as far as the decision needs it. */
export interface Answer { status: number | null, errorClass: string | null, retryAfterMs: number | null }

export type Verdict =
  | { status: 'succeeded' | 'dead', delayMs: null, holdMs: null }
  /** `holdMs`: the receiver wants no call at all for so long. */
  | { status: 'pending', delayMs: number, holdMs: number | null }

/** 2xx with a complete answer, nothing else: a redirect is not followed and no success. */
export function isSuccess ({ status, errorClass }: Pick<Answer, 'status' | 'errorClass'>): boolean {
  return errorClass === null && status !== null && status >= 200 && status <= 299
}

/**
 * Decides what follows a try.
 * @param attempts how many there were, this one included
 * @param schedule the delivery's own, in milliseconds
 * @param random 0 to 1, spreads the retries of many deliveries; a retry is never earlier than its schedule says
 */
export function judge (answer: Answer, attempts: number, schedule: readonly number[], random: () => number = Math.random): Verdict {
  if (isSuccess(answer)) return { status: 'succeeded', delayMs: null, holdMs: null }
  const limit = REFUSALS.has(answer.status ?? 0) ? Math.min(REFUSED_TRIES, schedule.length) : schedule.length
  const base = schedule[attempts]
  if (attempts >= limit || base === undefined) return { status: 'dead', delayMs: null, holdMs: null }
  const hintMs = Math.min(answer.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
  const asksForPause = (answer.status === 429 || answer.status === 503) && hintMs > 0
  return { status: 'pending', delayMs: Math.max(base + jitter(base, random), hintMs), holdMs: asksForPause ? hintMs : null }
}

function jitter (base: number, random: () => number): number {
  return Math.round(random() * Math.min(Math.max(base * JITTER_SHARE, JITTER_MIN_MS), JITTER_MAX_MS))
}
