// Each plugin can be taken out together with those that require it: the rest boots and does its work.
import t from 'tap'
import { buildTestApp } from '../../src/test-kit/service.js'
import { createDatabase } from '../../src/test-kit/databases.js'
import { plugins } from '../../plugins/index.js'

/** The plugin and all that need it, directly or through others. */
function withDependants (id: string): Set<string> {
  const removed = new Set([id])
  for (let size = 0; size < removed.size;) {
    size = removed.size
    for (const plugin of plugins) if (plugin.requires.some(required => removed.has(required))) removed.add(plugin.id)
  }
  return removed
}

for (const { id } of plugins) {
  const removed = withDependants(id)
  // Operator routes need someone who recognises operators: without that plugin they go as well.
  if (id === 'operators') {
    for (const plugin of plugins) {
      if (Object.values(plugin.operations).some(({ access }) => access === 'operator')) {
        for (const gone of withDependants(plugin.id)) removed.add(gone)
      }
    }
  }
  // The same for API clients.
  if (removed.has('tokens')) {
    for (const plugin of plugins) {
      if (Object.values(plugin.operations).some(({ access }) => access === 'client')) {
        for (const gone of withDependants(plugin.id)) removed.add(gone)
      }
    }
  }

  t.test(`without ${[...removed].join(', ')}`, async t => {
    const rest = plugins.filter(plugin => !removed.has(plugin.id))
    const has = (plugin: string): boolean => !removed.has(plugin)
    // On a database that the plugin has never seen.
    const wms = await buildTestApp(t, { plugins: rest, databaseUrl: (await createDatabase(t, { migrated: true })).url })
    t.equal((await wms.anonymous.get('/health/ready')).status, 200)
    t.equal((await wms.anonymous.get('/nothing')).status, 404)
    if (has('operators')) t.equal((await wms.operator.get('/api/admin/v1/session')).status, 200, 'an operator signs in')
    if (has('operations')) t.equal((await wms.operator.get('/api/admin/v1/plugins')).body.data.length, rest.length, 'plugins are listed')
    if (has('audit') && has('operators')) t.ok((await wms.operator.get('/api/admin/v1/audit')).body.data.length > 0, 'calls are in the audit')
    if (has('webhooks') && has('operators')) t.equal((await wms.operator.get('/api/admin/v1/webhooks')).status, 200, 'webhooks are listed')
    if (has('docs')) t.equal((await wms.anonymous.get('/docs/json')).body.openapi, '3.1.0', 'the document is served')
    if (has('catalog') && has('clients') && has('tokens') && has('operations') && has('operators')) {
      const client = await wms.newClient()
      t.equal((await client.post('/api/external/v1/products', { sku: 'A', name: 'A' })).status, 201, 'a product is created')
    }
  })
}
