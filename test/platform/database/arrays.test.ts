// Arrays on their way to PostgreSQL: every text arrives as it was, and what is no text is left to the driver. Timestamps on their way back.
import t from 'tap'
import { binaryTexts, plainNumbers } from '../../../src/platform/database/arrays.js'
import { openDatabase } from '../../../src/platform/database/database.js'
import { createDatabase } from '../../../src/test-kit/databases.js'

const { url } = await createDatabase(t)
const db = await openDatabase({ connection: url, poolSize: 2, applicationName: 'arrays', log: () => {} })
t.teardown(async () => await db.close())

const back = async (type: string, items: readonly unknown[]): Promise<unknown> =>
  (await db.query<{ items: unknown }>({ name: `arrays-${type}`, text: `SELECT $1::${type}[] AS "items"` }, [items])).rows[0]!.items

const LONG = 'x'.repeat(60)
const TEXTS: ReadonlyArray<readonly [what: string, items: ReadonlyArray<string | null>]> = [
  ['none', []],
  ['empty ones', ['', '']],
  ['what an array literal would quote', ['{}', 'a,b', '"', '\\', '\\"', 'NULL', ' ', '\n\t']],
  ['null among them', [null, 'null', null]],
  ['only null', [null]],
  ['short ones of other scripts', ['é', '日本語', '🚚', 'Ünï']],
  ['long ones of other scripts', [`${LONG}é`, `é${LONG}`, '日本語'.repeat(40), '🚚'.repeat(50)]],
  ['an accent in the last place only', [LONG, LONG, `${LONG}é`]],
  ['a short one with an accent in the last place only', ['a', 'b', 'é']],
  ['a great many', Array.from({ length: 5_000 }, (_, index) => `${index} ${index % 7 === 0 ? 'ß' : ''}${LONG}`)]
]

for (const [what, items] of TEXTS) {
  t.test(`texts: ${what}`, async t => {
    t.ok(Buffer.isBuffer(binaryTexts(items)), 'in the binary format')
    t.same(await back('text', items), items)
  })
}

t.test('half of a surrogate pair becomes U+FFFD, and NUL is refused as ever', async t => {
  t.same(await back('text', ['\ud83d', `${LONG}\ude9a`]), ['\ufffd', `${LONG}\ufffd`])
  await t.rejects(back('text', ['a\0b']), { code: '22021' })
})

t.test('what is no text goes the way of the driver', async t => {
  t.same(await back('text', [1, true, { a: 'é' }]), ['1', 'true', '{"a":"é"}'])
  t.same(await back('text', [['a', 'b'], ['c', null]]), [['a', 'b'], ['c', null]])
})

t.test('numbers need no quotes', async t => {
  t.equal(plainNumbers([1, null, -2.5]), '{1,NULL,-2.5}')
  t.same(await back('int', [1, null, -3]), [1, null, -3])
  t.same(await back('bigint', [Number.MAX_SAFE_INTEGER, 0]), [Number.MAX_SAFE_INTEGER, 0])
  t.same(await back('numeric', [0.1, 1e21, 1e-7, 99_999_999_999.9999]), [0.1, 1e21, 1e-7, 99_999_999_999.9999])
  t.same(await back('numeric', ['1.50', 2]), [1.5, 2], 'texts among them')
  t.same(await back('int', []), [])
})

t.test('timestamps come back as dates, whenever they are', async t => {
  const texts = ['2026-11-27 00:39:04.521+00', '2026-11-27 00:39:04+00', '1969-12-31 23:59:59.9+00', '0099-01-01 00:00:00+00', '9999-12-31 23:59:59.999+00']
  for (const text of texts) {
    const { rows: [row] } = await db.query<{ at: Date }>('SELECT $1::timestamptz AS "at"', [text])
    t.equal(row!.at.toISOString(), new Date(`${text.replace(' ', 'T').replace('+00', 'Z')}`).toISOString())
  }
  const { rows: [row] } = await db.query<
    Record<string, Date | number>
  >('SELECT \'infinity\'::timestamptz AS "never", \'0044-03-15 12:00:00+00 BC\'::timestamptz AS "before", \'12026-01-01 00:00:00+00\'::timestamptz AS "later"')
  t.same([row!['never'], (row!['before'] as Date).toISOString(), (row!['later'] as Date).toISOString()], [Infinity, '-000043-03-15T12:00:00.000Z',
    '+012026-01-01T00:00:00.000Z'])
})
