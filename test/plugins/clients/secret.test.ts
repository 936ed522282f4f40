import t from 'tap'
import { looksLikeSecret, newClientId, newSecret } from '../../../plugins/clients/secret.js'

t.test('ids and secrets have their form, and a mistyped secret is recognised by its checksum', async t => {
  const secrets = Array.from({ length: 200 }, newSecret)
  t.equal(new Set(secrets).size, 200)
  for (const secret of secrets) {
    t.match(secret, /^wmss_[0-9A-Za-z]{49}$/)
    t.ok(looksLikeSecret(secret))
    const at = 5 + Math.floor(Math.random() * 40)
    t.notOk(looksLikeSecret(`${secret.slice(0, at)}${secret[at] === 'x' ? 'y' : 'x'}${secret.slice(at + 1)}`), 'one character changed')
  }
  t.match(newClientId(), /^wmsc_[0-9A-Za-z]{22}$/)
})
