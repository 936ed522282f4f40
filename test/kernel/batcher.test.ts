// What comes while a batch is under way goes with the next; how large batches are and why they began is measured.
import t from 'tap'
import { createBatcher, measureBatches } from '../../src/kernel/contract/index.js'
import { createMetrics } from '../../src/platform/runtime/metrics.js'

interface Noted { size: number, reason: string }

/** A batcher whose batches end when the test says so. */
function held (options: { most?: number, atATime?: number } = {}) {
  const [began, noted]: [string[][], Noted[]] = [[], []]
  const ends: Array<() => void> = []
  const batcher = createBatcher<string>({
    most: options.most ?? 3,
    mayBegin: (_, running) => running < (options.atATime ?? 1),
    measure: ({ size, reason }) => { noted.push({ size, reason }) },
    async flush (batch) {
      began.push(batch.map(({ item }) => item))
      await new Promise<void>(resolve => { ends.push(resolve) })
    }
  })
  const end = async (): Promise<void> => {
    ends.shift()!()
    await new Promise(resolve => { setImmediate(resolve) })
  }
  return { batcher, began, noted, end }
}

t.test('one is under way at a time; what comes meanwhile goes with the next, up to so many', async t => {
  const { batcher, began, noted, end } = held()
  for (const item of ['a', 'b', 'c', 'd', 'e']) batcher.add(item)
  await end()
  await end()
  t.same(began, [['a'], ['b', 'c', 'd'], ['e']])
  t.same(batcher.waiting, [])
  t.equal(batcher.isIdle, false)
  const idle = batcher.idle()
  await end()
  await idle
  t.equal(batcher.isIdle, true)
  batcher.add('f')
  t.same(began.at(-1), ['f'], 'and on from there')
  t.same(noted, [{ size: 1, reason: 'first' }, { size: 3, reason: 'full' }, { size: 1, reason: 'next' }, { size: 1, reason: 'first' }])
  await end()
})

t.test('what waits can be taken back, what is under way can not', async t => {
  const { batcher, began, end } = held()
  for (const item of ['a', 'b', 'c']) batcher.add(item)
  t.same(batcher.withdraw(({ item }) => item !== 'c'), ['b'])
  await end()
  t.same(began, [['a'], ['c']])
  await end()
})

t.test('several are under way where that may be', async t => {
  const { batcher, began, noted, end } = held({ atATime: 2 })
  for (const item of ['a', 'b', 'c']) batcher.add(item)
  t.same(began, [['a'], ['b']])
  await end()
  t.same(began, [['a'], ['b'], ['c']])
  t.same(noted.map(({ reason }) => reason), ['first', 'beside', 'beside'])
  await end()
  await end()
})

t.test('who can not be taken yet is looked at again', async t => {
  let isFree = false
  const done: string[] = []
  const batcher = createBatcher<string>({
    most: 3,
    lookAgainMs: 5,
    take: waiting => isFree ? waiting.splice(0) : [],
    flush: async batch => { done.push(...batch.map(({ item }) => item)) }
  })
  batcher.add('a')
  t.same(batcher.waiting.map(({ item }) => item), ['a'])
  isFree = true
  await batcher.idle()
  t.same(done, ['a'])
})

t.test('metrics: size, wait and reason', async t => {
  const metrics = createMetrics()
  const batcher = createBatcher<string>({ most: 3, measure: measureBatches(metrics.forPart('core'), 'row'), flush: async () => {} })
  batcher.add('a')
  await batcher.idle()
  const text = await metrics.text()
  for (const line of ['wms_core_row_batch_size_count 1', 'wms_core_row_batch_wait_seconds_count 1', 'wms_core_row_batches_total{reason="first"} 1']) {
    t.ok(text.includes(line), line)
  }
})
