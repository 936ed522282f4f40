// The list of attacks names tests that exist.
import t from 'tap'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ROWS } from '../attacks/rows.js'

const TESTS = fileURLToPath(new URL('../../../test/', import.meta.url))

t.test('98 attacks, each with a test or said not to be answered yet', async t => {
  t.equal(ROWS.length, 98)
  t.equal(ROWS.filter(row => row.length === 2).length, 3)
  for (const [attack, file, test] of ROWS) {
    if (test === undefined) continue
    const source = await readFile(`${TESTS}${file}.test.ts`, 'utf8').catch(() => '')
    t.ok(source.replaceAll('\\\'', '\'').includes(`'${test}`), `${attack}: ${file}: ${test}`)
  }
})
