import t from 'tap'
import { boundedResolver, systemResolve } from '../../../src/platform/http-client/resolver.js'

t.test('questions for one name under way are shared, later ones are asked again', async t => {
  let asked = 0
  const resolve = boundedResolver(async () => [`10.0.0.${++asked}`], 1_000)
  t.same(await Promise.all([resolve('a.test'), resolve('a.test'), resolve('b.test')]), [['10.0.0.1'], ['10.0.0.1'], ['10.0.0.2']])
  t.same(await resolve('a.test'), ['10.0.0.3'], 'nothing is cached')
})

t.test('rejects with one kind of error, with the name and the code only', async t => {
  const failing = boundedResolver(async () => { throw Object.assign(new Error('secret detail'), { code: 'ESERVFAIL' }) }, 1_000)
  await t.rejects(failing('a.test'), { name: 'ResolveError', message: 'DNS lookup of a.test: ESERVFAIL' })
  await t.rejects(boundedResolver(async () => [], 1_000)('a.test'), { name: 'ResolveError', message: 'DNS lookup of a.test: no address' })
})

t.test('gives up in time, and a question that hangs is asked once', async t => {
  let asked = 0
  const hanging = boundedResolver(() => { asked++; return new Promise(() => {}) }, 30)
  await t.rejects(hanging('a.test'), { name: 'ResolveError', message: 'DNS lookup of a.test took longer than 30 ms' })
  await t.rejects(hanging('a.test'), { name: 'ResolveError' })
  t.equal(asked, 1)
})

t.test('the operating system knows localhost', async t => {
  const found = await systemResolve('localhost')
  t.ok(found.includes('127.0.0.1') || found.includes('::1'), found.join())
})
