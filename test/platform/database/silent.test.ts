// Database connections that swallow bytes in silence, as after a failover behind an address: every call is answered, and others take their place.
import t from 'tap'
import { relayTo } from '../../faults/relay.js'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { createDatabase } from '../../../src/test-kit/databases.js'

t.test('reads, writes and refusals are answered, readiness says so, and the service recovers by itself', async t => {
  const relay = await relayTo(t, (await createDatabase(t, { migrated: true })).url)
  const wms = await buildTestApp(t, { databaseUrl: relay.url })
  const client = await wms.newClient()
  const product = { sku: 'SILENT', name: 'Silent' }
  t.equal((await client.post('/api/external/v1/products', product)).status, 201)
  relay.silence()
  const calls = await Promise.all([
    ...Array.from({ length: 10 }, async () => await client.get('/api/external/v1/products/sku:SILENT')),
    ...Array.from({ length: 10 }, async () => await wms.anonymous.get('/api/external/v1/unknown')),
    ...Array.from({ length: 5 }, async (_, at) => await client.post('/api/external/v1/products', { sku: `S-${at}`, name: 'Silent' })),
    wms.operator.get('/api/admin/v1/clients')
  ])
  for (const { status, body } of calls) t.ok(status === 503 || status < 500, `${status} ${String(body.code)}`)
  await wms.waitFor(async () => (await wms.anonymous.get('/health/ready')).status === 200, 'readiness')
  await wms.waitFor(async () => (await client.get('/api/external/v1/products/sku:SILENT')).status === 200, 'reads')
  t.equal((await client.post('/api/external/v1/products', { sku: 'AFTER', name: 'After' })).status, 201)
  t.equal((await wms.operator.get('/api/admin/v1/clients')).status, 200)
})

t.test('while they are silent the service is not ready, and its end is not held up', async t => {
  const relay = await relayTo(t, (await createDatabase(t, { migrated: true })).url)
  const wms = await buildTestApp(t, { databaseUrl: relay.url })
  relay.silence()
  await wms.waitFor(async () => (await wms.anonymous.get('/health/ready')).status === 503, 'no readiness')
  await wms.close()
  t.pass('it has ended')
})
