// The caller's address as trusted proxies say it: with ports, with what is no address, and from whom no one trusts.
import t from 'tap'
import { forwardedAddresses } from '../../src/http/forwarded.js'
import { buildTestApp } from '../../src/test-kit/service.js'

t.test('ports are no part of an address; what is none stands for the proxy that wrote it', async t => {
  for (const [header, expected] of [
    ['203.0.113.5', '203.0.113.5'],
    ['203.0.113.5:4711', '203.0.113.5'],
    ['[2001:db8::9]:443', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['2001:db8::9', '2001:db8::9'],
    ['not-an-ip', '10.0.0.1'],
    ['', '10.0.0.1'],
    ['203.0.113.5:4711, 10.0.0.2', '203.0.113.5, 10.0.0.2'],
    ['203.0.113.5, unknown, 10.0.0.2', '10.0.0.2, 10.0.0.2'],
    ['203.0.113.5, unknown', '10.0.0.1'],
    ['999.1.1.1:80', '10.0.0.1']
  ] as const) t.equal(forwardedAddresses(header, '10.0.0.1'), expected, header)
})

t.test('so it is in the audit and for limits; without trusted proxies one line warns', async t => {
  const lines: string[] = []
  const logTo = { write: (line: string) => { lines.push(line) } }
  const trusting = await buildTestApp(t, { config: { trustedProxies: ['127.0.0.0/8'] } })
  const ipOf = async (header: string): Promise<string> => {
    const { headers } = await trusting.anonymous.get('/api/external/v1/nothing', { 'x-forwarded-for': header })
    return (await trusting.operator.get(`/api/admin/v1/audit?requestId=${String(headers['x-request-id'])}`)).body.data[0].ip as string
  }
  t.equal(await ipOf('203.0.113.5:4711'), '203.0.113.5')
  t.equal(await ipOf('[2001:db8::9]:443'), '2001:db8::9')
  t.equal(await ipOf('not-an-ip'), '127.0.0.1')
  t.equal(await ipOf('203.0.113.5, not-an-ip'), '127.0.0.1', 'and what stands before it is not believed')
  const careful = await buildTestApp(t, { logTo, config: { logLevel: 'warn' } })
  for (let count = 0; count < 3; count++) await careful.anonymous.get('/api/external/v1/nothing', { 'x-forwarded-for': '203.0.113.5' })
  t.equal(lines.filter(line => line.includes('TRUSTED_PROXIES')).length, 1)
})
