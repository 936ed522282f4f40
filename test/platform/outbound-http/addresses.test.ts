import t from 'tap'
import { classifyAddress, parseAddress, type AddressClass } from '../../../src/platform/outbound-http/addresses.js'

const TABLE: Record<AddressClass, string[]> = {
  public: ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0',
    '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0',
    '198.17.255.255', '198.20.0.0', '203.0.112.255', '203.0.114.0', '223.255.255.255', '168.63.129.15',
    '2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:200::1', '2001:4860:4860::8888', '2000::1', '2003::1', '3ffe:ffff::1',
    // An identifier that ends in 5efe:… is ISATAP only behind 0000 or 0200.
    '2606:4700::100:5efe:808:808'],
  unspecified: ['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0', '64:ff9b::0.0.0.0'],
  'this-network': ['0.0.0.1', '0.255.255.255', '::2'],
  loopback: ['127.0.0.1', '127.0.0.0', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::1%lo', '::ffff:127.0.0.1', '::ffff:7f00:1',
    '0:0:0:0:0:FFFF:7F00:0001', '::127.0.0.1', '::7f00:1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::127.0.0.1',
    '64:ff9b:1::127.0.0.1', '2002:7f00:1::', '2002:7f00:0001:abcd::9', '2001::80ff:fffe', '2001:0:4136:e378:8000:63bf:80ff:fffe',
    '2606:4700::5efe:127.0.0.1', '2606:4700::200:5efe:7f00:1'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255', '::ffff:10.1.2.3',
    '64:ff9b::c0a8:1', '2002:c0a8:101::1', '::10.0.0.1'],
  'link-local': ['169.254.0.0', '169.254.1.1', '169.254.255.255', 'fe80::1', 'fe80::1%eth0', 'febf:ffff::1'],
  'site-local': ['fec0::1', 'feff:ffff::1'],
  'unique-local': ['fc00::1', 'fd00::1', 'fdff:ffff::1', 'fd00:ec2::255'],
  cgnat: ['100.64.0.0', '100.127.255.255', '::ffff:100.64.0.1'],
  metadata: ['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254',
    'fd00:0ec2:0:0:0:0:0:0254', 'fd20:ce::254', 'fe80::a9fe:a9fe', 'fe80::a9fe:a9fe%eth0', '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe', '::a9fe:a9fe', '64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '2002:a9fe:a9fe::', '2001::5601:5601'],
  multicast: ['224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  broadcast: ['255.255.255.255', '::ffff:255.255.255.255'],
  documentation: ['192.0.2.1', '198.51.100.255', '203.0.113.0', '2001:db8::1', '2001:db8:ffff::', '3fff::1', '3fff:fff:ffff::1'],
  benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
  'protocol-assignment': ['192.0.0.0', '192.0.0.9', '192.0.0.255', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.175.48.1',
    '2001:1::1', '2001:3::1', '2001:4:112::1', '2001:10::1', '2001:20::1', '2001:30::1', '2001:1ff::1', '2620:4f:8000::1'],
  reserved: ['240.0.0.0', '255.255.255.254', '200::1', '400::1', '1fff::1', '4000::1', '5eff::1', '6000::1', '9000::1', 'e000::1', 'fe00::1'],
  discard: ['100::', '100::ffff:ffff:ffff:ffff', '100:0:0:1::1'],
  srv6: ['5f00::1', '5f00:ffff::1'],
  'ipv4-mapped': ['::ffff:8.8.8.8', '::ffff:808:808'],
  'ipv4-compatible': ['::8.8.8.8', '::808:808'],
  'ipv4-translated': ['::ffff:0:8.8.8.8'],
  nat64: ['64:ff9b::8.8.8.8', '64:ff9b:1::8.8.8.8', '64:ff9b:1:ffff::808:808'],
  '6to4': ['2002:808:808::1'],
  teredo: ['2001::f7f7:f7f7', '2001:0:4136:e378:8000:63bf:f7f7:f7f7'],
  isatap: ['2606:4700::5efe:8.8.8.8', '2606:4700::200:5efe:808:808'],
  invalid: ['', 'localhost', '127.1', '0x7f.0.0.1', '0177.0.0.1', '2130706433', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.2.3.4 ', ' 1.2.3.4',
    '1.2.3.4%eth0', '[::1]', ':::', '1::2::3', '12345::', '::g', '1.2.3.4/32', '010.0.0.1']
}

for (const [expected, addresses] of Object.entries(TABLE)) {
  t.test(expected, t => {
    for (const address of addresses) t.equal(classifyAddress(address), expected, address)
    t.end()
  })
}

t.test('every IPv6 spelling of a private IPv4 address is refused', t => {
  for (const ip of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '0.0.0.0']) {
    const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    const carriers = [`::${ip}`, `::ffff:${ip}`, `::ffff:${hex}`, `::ffff:0:${hex}`, `64:ff9b::${hex}`, `64:ff9b:1::${hex}`, `2002:${hex}::`,
      `2a00:1450:4001:81b:0:5efe:${hex}`, `2a00:1450:4001:81b:200:5efe:${hex}`]
    for (const text of carriers) t.not(classifyAddress(text), 'public', text)
  }
  t.end()
})

t.test('parseAddress – unwraps mapped addresses, drops the zone, refuses the rest', t => {
  t.same(parseAddress('::ffff:7f00:1'), { family: 'ipv4', text: '127.0.0.1', bytes: [127, 0, 0, 1], mapped: true })
  t.same(parseAddress('fe80::1%eth0'), { family: 'ipv6', text: 'fe80::1', bytes: [0xfe, 0x80, ...new Array(13).fill(0), 1], mapped: false })
  t.same(parseAddress('1:2:3:4:5:6:7:8')?.bytes, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8])
  t.same(parseAddress('1::2:3.4.5.6')?.bytes, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 6])
  t.same(parseAddress('abcd::')?.bytes, [0xab, 0xcd, ...new Array(14).fill(0)])
  t.equal(parseAddress('host'), null)
  t.end()
})
