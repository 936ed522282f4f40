// Counts calls in the background, each once: minutes that are over for good are added to the periods that they are part of.
import type { Database, Kernel } from '#kernel'
import { addTo, emptyHistogram } from '../domain/histogram.js'
import {
  addRollups, countCalls, dropRollups, firstCall, lockRolledTo, writeRolledTo, type CallCount, type PartyCount, type PartyRollup,
  type Rollup
} from '../store/rollup.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Lengths of periods, and how long their counts are kept. */
export const RESOLUTIONS = {
  minute: { lengthMs: MINUTE_MS, keepMs: 3 * HOUR_MS },
  quarter: { lengthMs: 15 * MINUTE_MS, keepMs: 3 * DAY_MS },
  hours: { lengthMs: 2 * HOUR_MS, keepMs: 15 * DAY_MS }
} as const

export type Resolution = keyof typeof RESOLUTIONS

/**
 * A row has the timestamp at which its call began, and is written when it ends: at most 30 s later, and an attempt whose process was lost when its
 * lease of a minute is found to have ended.
 */
const LATE_MS = 150_000
/** What is counted in one go when there is much to catch up with. */
const STEP_MS = 10 * MINUTE_MS

export const floorTo = (time: number, lengthMs: number): Date => new Date(Math.floor(time / lengthMs) * lengthMs)

/** One round. True: there is more to count. */
export async function rollUp (kernel: Kernel): Promise<boolean> {
  const now = kernel.clock.now().getTime()
  const target = floorTo(now - LATE_MS, MINUTE_MS)
  return await kernel.db.transaction(async tx => {
    const rolledTo = await lockRolledTo(tx)
    if (rolledTo === undefined) return false
    const from = rolledTo ?? floorTo((await firstCall(tx, new Date(now - RESOLUTIONS.hours.keepMs)))?.getTime() ?? target.getTime(), MINUTE_MS)
    const to = new Date(Math.min(target.getTime(), from.getTime() + STEP_MS))
    if (rolledTo !== null && to <= from) return false
    const { calls, parties } = await countCalls(tx, from, to)
    await addRollups(tx, rollupsOf(calls), partyRollupsOf(parties))
    await writeRolledTo(tx, to > from ? to : from)
    return to < target
  })
}

/** Removes the counts of periods that are over for longer than they are kept. */
export async function removeOldRollups (db: Database): Promise<{ removed: Record<string, number> }> {
  const removed: Record<string, number> = {}
  for (const [resolution, { keepMs }] of Object.entries(RESOLUTIONS)) {
    for (const [table, count] of Object.entries(await dropRollups(db, resolution, keepMs))) removed[table] = (removed[table] ?? 0) + count
  }
  return { removed }
}

function rollupsOf (calls: readonly CallCount[]): Rollup[] {
  const found = new Map<string, Rollup>()
  for (const { minute, direction, statusClass, bucket, count } of calls) {
    for (const [resolution, { lengthMs }] of Object.entries(RESOLUTIONS)) {
      const start = floorTo(minute.getTime(), lengthMs)
      const rollup = entry(
        found,
        [resolution, start.getTime(), direction, statusClass],
        () => ({ resolution, start, direction, statusClass, count: 0, histogram: emptyHistogram() })
      )
      rollup.count += count
      rollup.histogram[bucket]! += count
    }
  }
  return [...found.values()]
}

function partyRollupsOf (parties: readonly PartyCount[]): PartyRollup[] {
  const found = new Map<string, PartyRollup>()
  for (const { minute, kind, key, name, count, failed } of parties) {
    for (const [resolution, { lengthMs }] of Object.entries(RESOLUTIONS)) {
      const start = floorTo(minute.getTime(), lengthMs)
      const rollup = entry(found, [resolution, start.getTime(), kind, key], () => ({ resolution, start, kind, key, name, count: 0, failed: 0 }))
      rollup.name = name ?? rollup.name
      rollup.count += count
      rollup.failed += failed
    }
  }
  return [...found.values()]
}

/** What the map has under a key, made when it is missing. */
export function entry<T> (map: Map<string, T>, parts: ReadonlyArray<string | number>, make: () => T): T {
  const key = JSON.stringify(parts)
  let value = map.get(key)
  if (value === undefined) map.set(key, value = make())
  return value
}

/** Adds up the histograms of periods. */
export function histogramOf (rollups: ReadonlyArray<Pick<Rollup, 'histogram'>>): number[] {
  const sum = emptyHistogram()
  for (const { histogram } of rollups) addTo(sum, histogram)
  return sum
}
