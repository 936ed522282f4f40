// Where the service itself listens is no target of a webhook.
import t from 'tap'
import { createTargetPolicy } from '../../../src/platform/outbound-http/policy.js'
import { checkTarget } from '../../../src/platform/outbound-http/target.js'

t.test('its own port on any address of this machine is refused; other ports and hosts are not', async t => {
  const policy = createTargetPolicy({ allowCidrs: ['127.0.0.0/8', '::1', '10.0.0.0/8'], ownPort: () => 3000 })
  const resolve = async (): Promise<string[]> => ['127.0.0.5']
  for (const url of ['http://127.0.0.1:3000/x', 'http://[::1]:3000/', 'http://name.test:3000/', 'https://127.9.9.9:3000']) {
    t.match(await checkTarget(url, policy, resolve), { ok: false, reason: 'own' }, url)
  }
  for (const url of ['http://127.0.0.1:3001/x', 'http://10.1.2.3:3000/']) t.match(await checkTarget(url, policy, resolve), { ok: true }, url)
  const nowhere = createTargetPolicy({ allowCidrs: ['127.0.0.0/8'], ownPort: () => null })
  t.match(await checkTarget('http://127.0.0.1:3000/', nowhere, resolve), { ok: true }, 'it does not listen yet')
})
