import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import t from 'tap'
import { boundedResolver, systemResolve } from '../../../src/platform/outbound-http/resolver.js'

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

t.test('names whose DNS hangs hold up no other name', async t => {
  const server = createSocket('udp4')
  // Answers A questions with 192.0.2.7 and AAAA ones with nothing (RFC 1035, section 4); silent about names that begin with "hang".
  server.on('message', (question, { address, port }) => {
    if (question.subarray(13).toString('latin1').startsWith('hang')) return
    const end = question.indexOf(0, 12) + 5
    const isA = question.readUInt16BE(end - 4) === 1
    const head = Buffer.from(question.subarray(0, 12))
    head.writeUInt16BE(0x8180, 2)
    head.writeUInt16BE(isA ? 1 : 0, 6)
    head.fill(0, 8, 12)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7])
    server.send(Buffer.concat([head, question.subarray(12, end), ...isA ? [record] : []]), port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => await new Promise<void>(resolve => server.close(() => { resolve() })))
  const servers = [`127.0.0.1:${server.address().port}`]
  let hanging = 0
  const hung = Array.from({ length: 12 }, async (_, at) => {
    hanging++
    await systemResolve(`hang-${at}.test.`, servers).catch(() => {})
    hanging--
  })
  for (let at = 0; at < 20; at++) t.same(await systemResolve(`name-${at}.test.`, servers), ['192.0.2.7'])
  t.equal(hanging, 12, 'they were answered while the others hung')
  await Promise.all(hung)
  t.equal(hanging, 0, 'and those were given up')
})
