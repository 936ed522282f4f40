// The counting of wrong passwords, by the fake clock.
import t from 'tap'
import { AppError } from '../../../src/kernel/contract/errors.js'
import { networkOf } from '../../../src/kernel/contract/network.js'
import { createSignInThrottle } from '../../../plugins/operators/throttle.js'

const MINUTE = 60_000

/** What a check says: null to go on, else the seconds to wait. */
function waitOf (check: () => void): number | null {
  try {
    check()
    return null
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 429 || error.code !== 'session.too_many_attempts') throw error
    return Number(error.extra.headers?.['retry-after'])
  }
}

t.test('429 – after ten failures within 15 minutes, until the window ends', async t => {
  let at = 0
  const throttle = createSignInThrottle(() => new Date(at))
  for (let i = 0; i < 10; i++) {
    t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), null)
    throttle.fail('ada@example.com', '192.0.2.1')
    at += MINUTE
  }
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), 300)
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.2')), null, 'another address of the same operator')
  t.equal(waitOf(() => throttle.check('eve@example.com', '192.0.2.1')), null, 'another operator at the same address')
  at = 15 * MINUTE - 1
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), 1)
  at = 15 * MINUTE
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), null)
})

t.test('the right password forgets the failures before it', async t => {
  const throttle = createSignInThrottle(() => new Date(0))
  for (let i = 0; i < 9; i++) throttle.fail('ada@example.com', '192.0.2.1')
  throttle.succeed('ada@example.com', '192.0.2.1')
  for (let i = 0; i < 9; i++) throttle.fail('ada@example.com', '192.0.2.1')
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), null)
  throttle.fail('ada@example.com', '192.0.2.1')
  t.equal(waitOf(() => throttle.check('ada@example.com', '192.0.2.1')), 900)
})

t.test('the memory is bounded: of more than 10,000 pairs the oldest is forgotten', async t => {
  const throttle = createSignInThrottle(() => new Date(0))
  const block = (email: string): void => { for (let i = 0; i < 10; i++) throttle.fail(email, '192.0.2.1') }
  block('first@example.com')
  block('second@example.com')
  for (let i = 0; i < 9_999; i++) throttle.fail(`n${i}@example.com`, `198.51.${i >> 8}.${i & 255}`)
  t.equal(waitOf(() => throttle.check('first@example.com', '192.0.2.1')), null)
  t.equal(waitOf(() => throttle.check('second@example.com', '192.0.2.1')), 900)
})

t.test('429 – after fifty failures of one network with changing e-mails; other networks go on', async t => {
  let at = 0
  const throttle = createSignInThrottle(() => new Date(at))
  for (let i = 0; i < 50; i++) {
    t.equal(waitOf(() => throttle.check(`n${i}@example.com`, '2001:db8::1')), null)
    throttle.fail(`n${i}@example.com`, '2001:db8::1')
  }
  t.equal(waitOf(() => throttle.check('new@example.com', '2001:db8::2')), 900)
  t.equal(waitOf(() => throttle.check('new@example.com', '2001:db8:0:1::2')), null)
  at = 15 * MINUTE
  t.equal(waitOf(() => throttle.check('new@example.com', '2001:db8::2')), null)
})

t.test('the network of an address', async t => {
  t.equal(networkOf('192.0.2.1'), '192.0.2.1')
  t.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
  t.equal(networkOf('2001:db8:0:1::1'), networkOf('2001:0DB8::1:aaaa:bbbb:cccc:dddd'))
  t.not(networkOf('2001:db8:0:1::1'), networkOf('2001:db8:0:2::1'))
  t.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'))
  t.equal(networkOf('::1'), '0:0:0:0::/64')
  t.equal(networkOf('1:2:3:4:5:6:7:8'), '1:2:3:4::/64')
})
