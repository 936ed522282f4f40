// Durations as counts in buckets that grow by a fifth: enough for a percentile that is right to within that, and sums of them are exact.

export const BUCKETS = 72
const FIRST_MS = 0.25
const PER_DOUBLING = 4

/** SQL for the bucket of a duration in milliseconds. */
export const bucketOf = (column: string): string =>
  `least(${BUCKETS - 1}, greatest(0, floor(${PER_DOUBLING} * ln(greatest(${column}, ${FIRST_MS}) / ${FIRST_MS}) / ln(2))))::int`

export const emptyHistogram = (): number[] => new Array<number>(BUCKETS).fill(0)

export function addTo (sum: number[], histogram: readonly number[]): void {
  histogram.forEach((count, bucket) => { sum[bucket]! += count })
}

/** Milliseconds below which this share of the durations lies, interpolated within its bucket; null when there are none. */
export function percentileOf (histogram: readonly number[], share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = share * total
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && left <= count) return round(FIRST_MS * 2 ** ((bucket + left / count) / PER_DOUBLING))
    left -= count
  }
  return round(FIRST_MS * 2 ** (BUCKETS / PER_DOUBLING))
}

const round = (ms: number): number => Math.round(ms * 100) / 100
