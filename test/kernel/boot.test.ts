import t from 'tap'
import { definePlugin, strictObject } from '../../src/kernel/contract/index.js'
import { ManifestError } from '../../src/kernel/host/catalogue.js'
import { access, toyHost } from './toys.js'

t.test('routes without operations, operations without routes and accesses without providers refuse the boot together', async t => {
  const wrong = definePlugin({
    id: 'wrong',
    title: 'Wrong',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {
      'thing.unrouted': { title: '-', access: 'public' },
      'thing.twice': { title: '-', access: 'public' },
      'thing.guarded': { title: '-', access: 'operator', role: 'viewer' }
    },
    register (app) {
      const schema = { response: { 200: strictObject({}) } }
      app.get('/bare', { schema }, async () => ({}))
      app.get('/unknown', { schema, config: { operation: 'thing.unknown' } }, async () => ({}))
      app.get('/one', { schema, config: { operation: 'thing.twice' } }, async () => ({}))
      app.get('/two', { schema, config: { operation: 'thing.twice' } }, async () => ({}))
      app.get('/guarded', { schema, config: { operation: 'thing.guarded' } }, async () => ({}))
    }
  })
  const error = await toyHost(t, [wrong]).then(() => null, (failure: unknown) => failure)
  if (!(error instanceof ManifestError)) return t.fail(String(error))
  for (
    const expected of ['GET /bare: has no operation', '"thing.unknown" is declared by no plugin', '"thing.unrouted" has no route',
      '"thing.twice" has two routes', '"thing.guarded" has access "operator"']
  ) {
    t.ok(error.mistakes.some(line => line.includes(expected)), `${expected}\n${error.message}`)
  }
})

t.test('a service is there for those that require it, and only for them', async t => {
  const provider = definePlugin({
    id: 'provider',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {},
    register (_, kernel) {
      kernel.services.provide({ answer: 42 })
    }
  })
  let answer = 0
  const user = definePlugin({
    id: 'user',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: ['provider'],
    operations: {},
    register (_, kernel) {
      answer = kernel.services.use<{ answer: number }>('provider').answer
    }
  })
  const outsider = definePlugin({
    id: 'outsider',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {},
    register (_, kernel) {
      kernel.services.use('provider')
    }
  })
  await toyHost(t, [user, provider])
  t.equal(answer, 42)
  await t.rejects(toyHost(t, [provider, outsider]), /"outsider" uses "provider", which is not in its requires/)
})

t.test('an access has one provider', async t => {
  const second = { ...access, id: 'second-access' }
  await t.rejects(toyHost(t, [access, second]), /has a provider already/)
})
