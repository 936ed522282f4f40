// Several test files in one process, one after the other: what they all import is loaded and compiled once, which is most of the time of a
// short one. Arguments: paths below dist/test.
import root from 'tap'

/** What a file opened for all of its tests is closed when they have ended, not at the end of the process. */
const closers: Array<() => unknown> = []
root.teardown = ((work: () => unknown) => { closers.push(work) }) as typeof root.teardown

for (const file of process.argv.slice(2)) {
  const before = root.counts.total
  root.comment(file)
  await import(new URL(`../${file}`, import.meta.url).href)
  // In the queue behind those of the file, so the next one is read when they have ended.
  await root.test(`${file} has ended`, async t => {
    t.ok(root.counts.total > before, 'and has tested something')
    while (closers.length > 0) await closers.pop()!()
  })
}
root.end()
