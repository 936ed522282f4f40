import t from 'tap'
import { createTargetPolicy } from '../../../src/platform/outbound-http/policy.js'
import type { Resolve } from '../../../src/platform/outbound-http/resolver.js'
import { checkTarget } from '../../../src/platform/outbound-http/target.js'

const strict = createTargetPolicy({ allowCidrs: [], listName: 'WEBHOOK_ALLOW_CIDRS' })
const onSite = createTargetPolicy({ allowCidrs: ['10.20.0.0/16', '127.0.0.0/8'], listName: 'WEBHOOK_ALLOW_CIDRS' })

const NAMES: Record<string, string[]> = {
  'erp.example.com': ['93.184.216.34', '2606:2800:220:1::1'],
  'erp.internal': ['10.20.0.5'],
  'printer.local': ['192.168.7.7'],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'mixed.example.com': ['93.184.216.34', '::1'],
  'half.example.com': ['10.20.0.5', '93.184.216.34'],
  'silent.example.com': []
}
const resolve: Resolve = async hostname => NAMES[hostname] ?? Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))

async function reason (url: string, policy = strict): Promise<string> {
  const result = await checkTarget(url, policy, resolve)
  return result.ok ? 'ok' : result.reason
}

t.test('accepts, and gives the normalised URL to store', async t => {
  t.same(await checkTarget('HTTPS://ERP.Example.com:443/hooks?a=1', strict, resolve), {
    ok: true, url: 'https://erp.example.com/hooks?a=1', addresses: ['93.184.216.34', '2606:2800:220:1::1']
  })
  t.equal(await reason('https://93.184.216.34:8443/'), 'ok')
  t.equal(await reason('https://[2606:4700:4700::1111]/'), 'ok')
  t.equal(await reason('https://erp.example.com/a@b'), 'ok', 'an at sign in the path is no user name')
  t.equal(await reason('https://erp.internal/', onSite), 'ok')
  t.equal(await reason('http://erp.internal:8080/x', onSite), 'ok', 'plain http to a listed address')
})

t.test('refuses what is no URL for a webhook', async t => {
  const cases: Array<[string, string]> = [
    ['', 'invalid'], ['erp.example.com', 'invalid'], ['https://', 'invalid'], ['https://a b.com/', 'invalid'],
    [' https://erp.example.com/', 'invalid'], ['https://erp.example.com/\n', 'invalid'], ['https://exa\tmple.com/', 'invalid'],
    ['https://evil.example\\@erp.example.com/', 'invalid'], ['https:\\\\erp.example.com', 'invalid'], ['https://a%00b/', 'invalid'],
    ['https://[::1', 'invalid'], ['https://[fe80::1%25eth0]/', 'invalid'], ['https://1.2.3.4.5/', 'invalid'],
    ['https://256.1.1.1/', 'invalid'], ['https://erp.example.com:65536/', 'invalid'],
    ['ftp://erp.example.com/', 'scheme'], ['file:///etc/passwd', 'scheme'], ['gopher://erp.example.com:70/_x', 'scheme'],
    ['data:text/plain,x', 'scheme'], ['javascript:alert(1)', 'scheme'], ['ws://erp.example.com/', 'scheme'],
    ['https://user:pass@erp.example.com/', 'userinfo'], ['https://user@erp.example.com/', 'userinfo'],
    ['https://@erp.example.com/', 'userinfo'], ['https://:@erp.example.com/', 'userinfo'],
    ['https:user@erp.example.com/', 'userinfo'],
    ['https://erp.example.com/#x', 'fragment'], ['https://erp.example.com/#', 'fragment'],
    ['https://erp.example.com:22/', 'port'], ['https://erp.example.com:25/', 'port'], ['https://erp.example.com:6379/', 'port'],
    ['https://erp.example.com:0/', 'port'], ['https://erp.example.com:5432/', 'port'],
    [`https://erp.example.com/${'x'.repeat(2_100)}`, 'too_long'], [`https://erp.example.com/${'ü'.repeat(1_000)}`, 'too_long']
  ]
  for (const [url, expected] of cases) t.equal(await reason(url), expected, JSON.stringify(url.slice(0, 60)))
  t.equal(await reason(`https://erp.example.com/${'x'.repeat(2_048 - 24)}`), 'ok', 'exactly 2,048 characters')
})

t.test('refuses every spelling of an inner address', async t => {
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '017700000001', '127.1', '0', '127.0.0.1.',
    '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①', '127。0。0。1', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[::127.0.0.1]',
    '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001::80ff:fffe]', '[fe80::1]', '[fd00:ec2::254]', '169.254.169.254',
    '100.100.100.200', '192.0.0.192', '10.20.0.5', '192.168.1.1', '100.64.0.1', '224.0.0.1', '255.255.255.255',
    'localhost', 'localhost.', 'LOCALHOST', 'ⓛocalhost', '127.0.0.1.nip.io', 'metadata.google.internal', 'erp.internal', 'printer.local']
  for (const host of hosts) t.equal(await reason(`https://${host}/`), 'address_refused', host)
  for (const host of hosts) t.equal(await reason(`http://${host}/`), 'address_refused', `http ${host}`)
})

t.test('one bad answer refuses all', async t => {
  t.equal(await reason('https://mixed.example.com/'), 'address_refused')
  const result = await checkTarget('https://mixed.example.com/', strict, resolve)
  t.match(result, { ok: false, message: 'The address ::1 is not public (loopback) and not in WEBHOOK_ALLOW_CIDRS.' })
})

t.test('plain http only where every address is listed', async t => {
  t.equal(await reason('http://erp.example.com/', onSite), 'plain_http')
  t.equal(await reason('http://8.8.8.8/', onSite), 'plain_http')
  t.equal(await reason('http://half.example.com/', onSite), 'plain_http')
  t.equal(await reason('https://half.example.com/', onSite), 'ok')
})

t.test('a name without an address is refused', async t => {
  t.equal(await reason('https://nowhere.example.com/'), 'unresolvable')
  t.equal(await reason('https://silent.example.com/'), 'unresolvable')
  t.equal(await reason('https://example.com../'), 'unresolvable')
  const started = Date.now()
  const hung = await checkTarget('https://erp.example.com/', strict, () => new Promise(() => {}))
  t.match(hung, { ok: false, reason: 'unresolvable' })
  t.ok(Date.now() - started < 4_000, 'a silent DNS server is given up on')
})

t.test('the operating system is asked by default', async t => {
  t.match(await checkTarget('https://localhost/', strict), { ok: false, reason: 'address_refused' })
})
