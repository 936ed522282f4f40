// Password hashing: format, normalisation, equal cost, and that a flood can't take the process.
import t from 'tap'
import { hashPassword, setPasswordCost, isAcceptable, randomText, verifyPassword } from '../../../plugins/operators/password.js'

// Services in the same process have set a cheaper one.
setPasswordCost(15)

t.test('hash – a PHC string with the costs, another salt each time', async t => {
  const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')])
  t.match(one, /^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  t.not(one, two)
  t.notMatch(one, /horse/)
})

t.test('verify – only the same password is right', async t => {
  const stored = await hashPassword('correct horse battery')
  t.equal(await verifyPassword('correct horse battery', stored), true)
  t.equal(await verifyPassword('correct horse batterz', stored), false)
  t.equal(await verifyPassword('', stored), false)
})

t.test('verify – the same characters in another Unicode form are the same password', async t => {
  const stored = await hashPassword('\u00c5ngstr\u00f6m \ufb01ne words')
  t.equal(await verifyPassword('A\u030angstro\u0308m fine words', stored), true)
})

t.test('verify – the costs are those of the stored hash, so old hashes survive more expensive new ones', async t => {
  // scrypt('pleaseletmein', 'SodiumChloride', N=16384, r=8, p=1) of RFC 7914, section 12.
  const key = Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887', 'hex'
  )
  const stored = `$scrypt$ln=14,r=8,p=1$${Buffer.from('SodiumChloride').toString('base64').replaceAll('=', '')}$${key.toString('base64').replaceAll('=', '')}`
  t.equal(await verifyPassword('pleaseletmein', stored), true)
  t.equal(await verifyPassword('pleaseletmeIn', stored), false)
})

t.test('verify – a damaged hash is an error, not a wrong password', async t => {
  await t.rejects(verifyPassword('correct horse battery', '$scrypt$nonsense'), /damaged/)
})

t.test('verify – no one\'s password is wrong and costs as much as someone\'s', async t => {
  const stored = await hashPassword('correct horse battery')
  const median = async (hash: string | null): Promise<number> => {
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const start = process.cpuUsage()
      t.equal(await verifyPassword('another password', hash), false)
      times.push(process.cpuUsage(start).user)
    }
    return times.sort((a, b) => a - b)[2]!
  }
  const ratio = await median(null) / await median(stored)
  t.ok(ratio > 0.5 && ratio < 2, `no one : someone = ${ratio.toFixed(2)}`)
})

t.test('length – 12 to 256 characters after normalisation', async t => {
  t.equal(isAcceptable('x'.repeat(11)), false)
  t.equal(isAcceptable('x'.repeat(12)), true)
  t.equal(isAcceptable('x'.repeat(256)), true)
  t.equal(isAcceptable('x'.repeat(257)), false)
  t.equal(isAcceptable('\u{1f40e}'.repeat(12)), true, 'characters, not UTF-16 units')
  t.equal(isAcceptable('\u{1f40e}'.repeat(6)), false)
  t.equal(isAcceptable('e\u0301'.repeat(6)), false, 'six characters, however they are written')
  await t.rejects(hashPassword('too short'), RangeError)
})

t.test('503 – who would wait long for a turn is refused at once, the others are served', async t => {
  const asked = Array.from({ length: 36 }, async () => await verifyPassword('another password', '$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0'))
  const outcomes = await Promise.allSettled(asked)
  const refused = outcomes.filter(outcome => outcome.status === 'rejected')
  t.equal(refused.length, 2, '2 at work and 32 waiting')
  t.match(refused[0], { reason: { status: 503, code: 'password.busy', extra: { headers: { 'retry-after': '5' } } } })
  t.equal(await verifyPassword('another password', '$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0'), false, 'and it goes on afterwards')
})

t.test('random text – letters and digits only, all of them, never twice', async t => {
  const texts = Array.from({ length: 200 }, () => randomText(43))
  t.equal(new Set(texts).size, 200)
  t.equal(new Set(texts.join('')).size, 62)
  t.ok(texts.every(text => /^[0-9A-Za-z]{43}$/.test(text)))
})
