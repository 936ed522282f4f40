import t from 'tap'
import { createTargetPolicy, parseCidr } from '../../../src/platform/outbound-http/policy.js'

t.test('parseCidr – reads ranges and single addresses', t => {
  t.same(parseCidr('10.0.0.0/8'), { family: 'ipv4', network: '10.0.0.0', prefix: 8 })
  t.same(parseCidr(' 10.1.2.3 '), { family: 'ipv4', network: '10.1.2.3', prefix: 32 })
  t.same(parseCidr('0.0.0.0/0'), { family: 'ipv4', network: '0.0.0.0', prefix: 0 })
  t.same(parseCidr('10.0.0.4/30'), { family: 'ipv4', network: '10.0.0.4', prefix: 30 })
  t.same(parseCidr('fd12:3456::/48'), { family: 'ipv6', network: 'fd12:3456::', prefix: 48 })
  t.same(parseCidr('::1'), { family: 'ipv6', network: '::1', prefix: 128 })
  t.end()
})

t.test('parseCidr – refuses with the entry and the reason', t => {
  for (const text of ['', 'erp.example.com', '10.0.0', '010.0.0.0/8', '10.0.0.0/8/8', 'fe80::1%eth0', 'fe80::%eth0/10', '*']) {
    t.throws(() => parseCidr(text), { name: 'TypeError', message: `"${text}" is not a CIDR range: write it like 10.1.0.0/16, fd12:3456::/48 or 10.1.2.3` })
  }
  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8.5', '10.0.0.0/x', '10.0.0.0/ 8']) {
    t.throws(() => parseCidr(text), { message: `"${text}" is not a CIDR range: the prefix must be a whole number from 0 to 32` })
  }
  t.throws(() => parseCidr('fd00::/129'), { message: /from 0 to 128/ })
  t.throws(() => parseCidr('10.0.0.5/8'), { message: '"10.0.0.5/8" is not a CIDR range: the address has bits set behind the first 8' })
  t.throws(() => parseCidr('fd00::1/64'), { message: /behind the first 64/ })
  t.throws(() => parseCidr('::ffff:10.0.0.0/104'), { message: /write the IPv4 address itself, 10\.0\.0\.0/ })
  t.throws(() => createTargetPolicy({ allowCidrs: ['10.0.0.0/8', 'nonsense'] }), { message: /"nonsense"/ })
  t.end()
})

t.test('policy – nothing listed: public only', t => {
  const policy = createTargetPolicy({ allowCidrs: [] })
  t.same(policy.allows('8.8.8.8'), { allowed: true, reason: 'public' })
  t.same(policy.allows('2606:4700:4700::1111'), { allowed: true, reason: 'public' })
  t.same(policy.allows('127.0.0.1'), { allowed: false, reason: 'loopback' })
  t.same(policy.allows('::ffff:10.0.0.1'), { allowed: false, reason: 'private' })
  t.same(policy.allows('::ffff:8.8.8.8'), { allowed: false, reason: 'ipv4-mapped' })
  t.same(policy.allows('no address'), { allowed: false, reason: 'invalid' })
  t.equal(policy.isAllowListed('8.8.8.8'), false)
  t.equal(policy.isAllowListed('no address'), false)
  t.end()
})

t.test('policy – listed ranges are reached, their neighbours are not', t => {
  const policy = createTargetPolicy({ allowCidrs: ['10.20.0.0/16', 'fd12::/48', '192.168.1.7'] })
  t.same(policy.allows('10.20.255.255'), { allowed: true, reason: 'allow-listed' })
  t.same(policy.allows('::ffff:10.20.0.1'), { allowed: true, reason: 'allow-listed' }, 'the same address, written as IPv6')
  t.same(policy.allows('fd12::5'), { allowed: true, reason: 'allow-listed' })
  t.same(policy.allows('192.168.1.7'), { allowed: true, reason: 'allow-listed' })
  t.same(policy.allows('10.21.0.0'), { allowed: false, reason: 'private' })
  t.same(policy.allows('fd12:0:1::'), { allowed: false, reason: 'unique-local' })
  t.same(policy.allows('192.168.1.8'), { allowed: false, reason: 'private' })
  t.same(policy.allows('64:ff9b::10.20.0.1'), { allowed: false, reason: 'private' }, 'a translator is not the address')
  t.equal(createTargetPolicy({ allowCidrs: ['8.8.8.0/24'] }).isAllowListed('8.8.8.8'), true, 'public and listed')
  t.end()
})

t.test('policy – a wide range never opens a metadata address, its own entry does', t => {
  const wide = createTargetPolicy({ allowCidrs: ['0.0.0.0/0', '::/0', '169.254.0.0/16'] })
  for (const ip of ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16']) {
    t.same(wide.allows(ip), { allowed: false, reason: 'metadata' }, ip)
  }
  t.equal(wide.allows('127.0.0.1').allowed, true)
  t.equal(wide.allows('169.254.1.1').allowed, true)
  t.equal(createTargetPolicy({ allowCidrs: ['169.254.169.254/32'] }).allows('169.254.169.254').allowed, true)
  t.equal(createTargetPolicy({ allowCidrs: ['fd00:ec2::254'] }).allows('fd00:ec2:0::254').allowed, true)
  t.end()
})
