// Statistics of calls: what is counted already, and the last minutes from the calls themselves.
import type { Kernel } from '#kernel'
import { percentileOf } from '../domain/histogram.js'
import { entry, floorTo, histogramOf, RESOLUTIONS, type Resolution } from './rollup.js'
import { toEntry } from './calls.js'
import type { Range, Statistics } from '../schemas/statistics.js'
import { findFailures, PLANNED_ANEW } from '../store/calls.js'
import { countCalls, readRolledTo, readRollups, type PartyRollup, type Rollup } from '../store/rollup.js'

const SHOWN: Readonly<Record<Range, { resolution: Resolution, periods: number }>> = {
  hour: { resolution: 'minute', periods: 60 },
  day: { resolution: 'quarter', periods: 96 },
  week: { resolution: 'hours', periods: 84 }
}
const MOST = 10
/** What the counting may be behind before the last minutes are left out rather than counted for ever. */
const MAX_LIVE_MS = 15 * 60_000

type Count = Pick<Rollup, 'direction' | 'statusClass' | 'count' | 'histogram'>
type Party = Omit<PartyRollup, 'resolution' | 'start'>

/** @returns the statistics of the last hour, day or week, to the second */
export async function readStatistics (kernel: Kernel, range: Range): Promise<Statistics> {
  const { db, clock } = kernel
  const { resolution, periods } = SHOWN[range]
  const { lengthMs } = RESOLUTIONS[resolution]
  const now = clock.now()
  const from = new Date(floorTo(now.getTime(), lengthMs).getTime() - (periods - 1) * lengthMs)
  const { counted, live } = await db.transaction(async tx => {
    // Of one moment: what is counted meanwhile would be there twice.
    await tx.query(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${PLANNED_ANEW}`)
    const rolledTo = await readRolledTo(tx)
    const liveFrom = new Date(Math.max(rolledTo?.getTime() ?? 0, from.getTime(), now.getTime() - MAX_LIVE_MS))
    return { counted: await readRollups(tx, resolution, from), live: await countCalls(tx, liveFrom, new Date(now.getTime() + 1)) }
  })
  const failures = await findFailures(db, from, MOST)
  const byPeriod = new Map<number, Count[]>()
  const add = (start: number, count: Count): void => { byPeriod.set(start, [...byPeriod.get(start) ?? [], count]) }
  for (const rollup of counted.calls) add(rollup.start.getTime(), rollup)
  for (const { minute, direction, statusClass, bucket, count } of live.calls) {
    const histogram: number[] = []
    histogram[bucket] = count
    add(floorTo(minute.getTime(), lengthMs).getTime(), { direction, statusClass, count, histogram })
  }
  const all = [...byPeriod.values()].flat()
  return {
    range,
    from: from.toISOString(),
    to: now.toISOString(),
    periodSeconds: lengthMs / 1000,
    periods: Array.from({ length: periods }, (_, index) => periodOf(from.getTime() + index * lengthMs, byPeriod)),
    totals: totalsOf(all),
    ...partiesOf([...counted.parties, ...live.parties]),
    failures: failures.map(toEntry)
  }
}

const sumOf = (counts: readonly Count[], fits: (statusClass: number) => boolean): number =>
  counts.reduce((sum, { statusClass, count }) => fits(statusClass) ? sum + count : sum, 0)
const succeeded = (statusClass: number): boolean => statusClass === 2 || statusClass === 3
const refused = (statusClass: number): boolean => statusClass === 4
const failed = (statusClass: number): boolean => !succeeded(statusClass) && !refused(statusClass)
const delivered = (statusClass: number): boolean => statusClass === 2

function periodOf (start: number, byPeriod: ReadonlyMap<number, readonly Count[]>): Statistics['periods'][number] {
  const counts = byPeriod.get(start) ?? []
  const calls = counts.filter(({ direction }) => direction === 'in')
  const attempts = counts.filter(({ direction }) => direction === 'out')
  const histogram = histogramOf(calls)
  return {
    at: new Date(start).toISOString(),
    succeeded: sumOf(calls, succeeded),
    refused: sumOf(calls, refused),
    failed: sumOf(calls, failed),
    p50Ms: percentileOf(histogram, 0.5),
    p95Ms: percentileOf(histogram, 0.95),
    delivered: sumOf(attempts, delivered),
    undelivered: sumOf(attempts, statusClass => !delivered(statusClass))
  }
}

function totalsOf (counts: readonly Count[]): Statistics['totals'] {
  const calls = counts.filter(({ direction }) => direction === 'in')
  const attempts = counts.filter(({ direction }) => direction === 'out')
  const histogram = histogramOf(calls)
  return {
    calls: sumOf(calls, () => true),
    refused: sumOf(calls, refused),
    failed: sumOf(calls, failed),
    p50Ms: percentileOf(histogram, 0.5),
    p95Ms: percentileOf(histogram, 0.95),
    attempts: sumOf(attempts, () => true),
    delivered: sumOf(attempts, delivered)
  }
}

function partiesOf (rows: readonly Party[]): Pick<Statistics, 'clients' | 'operations' | 'webhooks'> {
  const found = new Map<string, Party>()
  for (const { kind, key, name, count, failed } of rows) {
    const sum = entry(found, [kind, key], () => ({ kind, key, name, count: 0, failed: 0 }))
    // The last ones are the newest.
    sum.name = name ?? sum.name
    sum.count += count
    sum.failed += failed
  }
  const most = (kind: string): Statistics['clients'] => [...found.values()].filter(party => party.kind === kind)
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, MOST).map(({ key, name, count, failed }) => ({ key, name, calls: count, failed }))
  return { clients: most('client'), operations: most('operation'), webhooks: most('webhook') }
}
