import t from 'tap'
import { boundHeaders, oneLine, parseRetryAfter } from '../../../src/platform/outbound-http/outcome.js'

const now = Date.parse('1994-11-06T08:49:00Z')

t.test('parseRetryAfter – seconds and the three date formats', t => {
  t.equal(parseRetryAfter('120', now), 120_000)
  t.equal(parseRetryAfter(' 0 ', now), 0)
  t.equal(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', now), 37_000)
  t.equal(parseRetryAfter('Sunday, 06-Nov-94 08:49:37 GMT', now), 37_000)
  t.equal(parseRetryAfter('Sun Nov  6 08:49:37 1994', now), 37_000, 'asctime is GMT whatever the local zone')
  t.equal(parseRetryAfter('Sun, 06 Nov 1994 08:48:00 GMT', now), 0, 'a date that has passed')
  t.equal(parseRetryAfter('9'.repeat(400), now), Number.MAX_SAFE_INTEGER)
  for (const text of [undefined, '', 'soon', '-5', '1.5', '1e3', '5 apples', '1994-11-06', 'Sun, 99 Nov 1994 99:99:99 GMT', '10, 20']) {
    t.equal(parseRetryAfter(text, now), null, String(text))
  }
  t.end()
})

t.test('boundHeaders – bounded in number and length, no prototype', t => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'v']))
  t.equal(Object.keys(boundHeaders(many)).length, 64)
  t.equal(boundHeaders({ long: 'x'.repeat(50_000) }).long?.length, 16_384)
  t.same(boundHeaders({ 'set-cookie': ['a=1', 'b=2'], none: undefined }), { 'set-cookie': 'a=1, b=2' })
  const sly: Record<string, string> = JSON.parse('{"__proto__":"x","constructor":"y"}')
  t.same(Object.entries(boundHeaders(sly)), [['constructor', 'y']])
  t.end()
})

t.test('oneLine – control characters and length', t => {
  t.equal(oneLine('a\r\nb\x1b[2J\x00c\x7f'), 'a  b [2J c ')
  t.equal(oneLine('x'.repeat(1_000)).length, 300)
  t.end()
})
