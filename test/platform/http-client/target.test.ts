import t from 'tap'
import { createTargetPolicy } from '../../../src/platform/http-client/policy.js'
import type { Resolve } from '../../../src/platform/http-client/resolver.js'
import { checkTarget } from '../../../src/platform/http-client/target.js'

const strict = createTargetPolicy({ allowCidrs: [] })
const onSite = createTargetPolicy({ allowCidrs: ['10.20.0.0/16', '127.0.0.0/8'] })

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

async function code (url: string, policy = strict): Promise<string> {
  const result = await checkTarget(url, policy, resolve)
  return result.ok ? 'ok' : result.code
}

t.test('accepts, and gives the normalised URL to store', async t => {
  t.same(await checkTarget('HTTPS://ERP.Example.com:443/hooks?a=1', strict, resolve), {
    ok: true, url: 'https://erp.example.com/hooks?a=1', addresses: ['93.184.216.34', '2606:2800:220:1::1']
  })
  t.equal(await code('https://93.184.216.34:8443/'), 'ok')
  t.equal(await code('https://[2606:4700:4700::1111]/'), 'ok')
  t.equal(await code('https://erp.example.com/a@b'), 'ok', 'an at sign in the path is no user name')
  t.equal(await code('https://erp.internal/', onSite), 'ok')
  t.equal(await code('http://erp.internal:8080/x', onSite), 'ok', 'plain http to a listed address')
})

t.test('refuses what is no URL for a webhook', async t => {
  const cases: Array<[string, string]> = [
    ['', 'url_invalid'], ['erp.example.com', 'url_invalid'], ['https://', 'url_invalid'], ['https://a b.com/', 'url_invalid'],
    [' https://erp.example.com/', 'url_invalid'], ['https://erp.example.com/\n', 'url_invalid'], ['https://exa\tmple.com/', 'url_invalid'],
    ['https://evil.example\\@erp.example.com/', 'url_invalid'], ['https:\\\\erp.example.com', 'url_invalid'], ['https://a%00b/', 'url_invalid'],
    ['https://[::1', 'url_invalid'], ['https://[fe80::1%25eth0]/', 'url_invalid'], ['https://1.2.3.4.5/', 'url_invalid'],
    ['https://256.1.1.1/', 'url_invalid'], ['https://erp.example.com:65536/', 'url_invalid'],
    ['ftp://erp.example.com/', 'url_scheme'], ['file:///etc/passwd', 'url_scheme'], ['gopher://erp.example.com:70/_x', 'url_scheme'],
    ['data:text/plain,x', 'url_scheme'], ['javascript:alert(1)', 'url_scheme'], ['ws://erp.example.com/', 'url_scheme'],
    ['https://user:pass@erp.example.com/', 'url_userinfo'], ['https://user@erp.example.com/', 'url_userinfo'],
    ['https://@erp.example.com/', 'url_userinfo'], ['https://:@erp.example.com/', 'url_userinfo'],
    ['https:user@erp.example.com/', 'url_userinfo'],
    ['https://erp.example.com/#x', 'url_fragment'], ['https://erp.example.com/#', 'url_fragment'],
    ['https://erp.example.com:22/', 'url_port'], ['https://erp.example.com:25/', 'url_port'], ['https://erp.example.com:6379/', 'url_port'],
    ['https://erp.example.com:0/', 'url_port'], ['https://erp.example.com:5432/', 'url_port'],
    [`https://erp.example.com/${'x'.repeat(2_100)}`, 'url_too_long'], [`https://erp.example.com/${'ü'.repeat(1_000)}`, 'url_too_long']
  ]
  for (const [url, expected] of cases) t.equal(await code(url), `webhook.${expected}`, JSON.stringify(url.slice(0, 60)))
  t.equal(await code(`https://erp.example.com/${'x'.repeat(2_048 - 24)}`), 'ok', 'exactly 2,048 characters')
})

t.test('refuses every spelling of an inner address', async t => {
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '017700000001', '127.1', '0', '127.0.0.1.',
    '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①', '127。0。0。1', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[::127.0.0.1]',
    '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001::80ff:fffe]', '[fe80::1]', '[fd00:ec2::254]', '169.254.169.254',
    '100.100.100.200', '192.0.0.192', '10.20.0.5', '192.168.1.1', '100.64.0.1', '224.0.0.1', '255.255.255.255',
    'localhost', 'localhost.', 'LOCALHOST', 'ⓛocalhost', '127.0.0.1.nip.io', 'metadata.google.internal', 'erp.internal', 'printer.local']
  for (const host of hosts) t.equal(await code(`https://${host}/`), 'webhook.url_address_refused', host)
  for (const host of hosts) t.equal(await code(`http://${host}/`), 'webhook.url_address_refused', `http ${host}`)
})

t.test('one bad answer refuses all', async t => {
  t.equal(await code('https://mixed.example.com/'), 'webhook.url_address_refused')
  const result = await checkTarget('https://mixed.example.com/', strict, resolve)
  t.match(result, { ok: false, message: 'The address ::1 is not public (loopback) and not in WEBHOOK_ALLOW_CIDRS.' })
})

t.test('plain http only where every address is listed', async t => {
  t.equal(await code('http://erp.example.com/', onSite), 'webhook.url_plain_http')
  t.equal(await code('http://8.8.8.8/', onSite), 'webhook.url_plain_http')
  t.equal(await code('http://half.example.com/', onSite), 'webhook.url_plain_http')
  t.equal(await code('https://half.example.com/', onSite), 'ok')
})

t.test('a name without an address is refused', async t => {
  t.equal(await code('https://nowhere.example.com/'), 'webhook.url_unresolvable')
  t.equal(await code('https://silent.example.com/'), 'webhook.url_unresolvable')
  t.equal(await code('https://example.com../'), 'webhook.url_unresolvable')
  const started = Date.now()
  const hung = await checkTarget('https://erp.example.com/', strict, () => new Promise(() => {}))
  t.match(hung, { ok: false, code: 'webhook.url_unresolvable' })
  t.ok(Date.now() - started < 4_000, 'a silent DNS server is given up on')
})

t.test('the operating system is asked by default', async t => {
  t.match(await checkTarget('https://localhost/', strict), { ok: false, code: 'webhook.url_address_refused' })
})
