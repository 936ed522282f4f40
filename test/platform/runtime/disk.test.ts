// The disk of the embedded database: what is stored while little is left.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { buildApp } from '../../../src/app.js'
import { loadConfig } from '../../../src/config.js'
import { plugins } from '../../../plugins/index.js'
import { watchDisk } from '../../../src/platform/runtime/disk.js'

const MB = 2 ** 20

t.test('the space that is left, reported once when it becomes little and once when there is enough', async t => {
  const lines: string[] = []
  const left = [500 * MB]
  const disk = await watchDisk({ folder: '/data', reserve: 100 * MB, log: line => { lines.push(line) }, free: async () => left[0]! })
  t.teardown(() => { disk.close() })
  const after = async (megabytes: number): Promise<boolean> => {
    left[0] = megabytes * MB
    await disk.look()
    return disk.isLow
  }
  t.same([disk.isLow, disk.freeBytes], [false, 500 * MB])
  t.equal(await after(100), false)
  t.equal(await after(99), true)
  t.equal(await after(110), true, 'not enough yet')
  t.equal(await after(125), false)
  t.match(lines, [/^99 MB are left on the disk of \/data, less than the 100 MB of DISK_RESERVE_MB: /, /^125 MB are left on the disk of \/data: /])
})

t.test('nothing is watched where the database is elsewhere', async t => {
  const disk = await watchDisk({ folder: null, reserve: 100, log: () => t.fail('a line'), free: async () => 0 })
  t.same([disk.isLow, disk.freeBytes], [false, null])
})

t.test('with little space known callers go on, without bodies in the audit', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-disk-'))
  const lines: string[] = []
  const password = 'correct horse battery staple'
  const config = loadConfig(plugins, { PORT: '0', DATA_DIR: dataDir, OPERATOR_PASSWORD: password, LOG_LEVEL: 'silent', DISK_RESERVE_MB: '1000000000' })
  const service = await buildApp({ config, announce: line => { lines.push(line) } })
  t.teardown(async () => { await service.close(); await rm(dataDir, { recursive: true, force: true }) })
  t.match(lines.join('\n'), /DISK_RESERVE_MB/)
  const { app } = service.host
  const session = (await app.inject({ method: 'POST', url: '/api/admin/v1/session', payload: { email: 'admin@localhost', password } })).json() as {
    token: string
  }
  const headers = { authorization: `Bearer ${session.token}` }
  const patched = await app.inject({ method: 'PATCH', url: '/api/admin/v1/plugins/external-api', headers, payload: { enabled: true } })
  t.equal(patched.statusCode, 200)
  await app.inject({ method: 'GET', url: '/api/external/v1/products' })
  const { data } = (await app.inject({ method: 'GET', url: '/api/admin/v1/audit?limit=10', headers })).json() as { data: Array<{ id: string, path: string }> }
  t.notOk(data.some(({ path }) => path.startsWith('/api/external/v1/products')), 'who is not known is counted only')
  const { id } = data.find(({ path }) => path === '/api/admin/v1/plugins/external-api')!
  const call = (await app.inject({ method: 'GET', url: `/api/admin/v1/audit/${id}`, headers })).json() as object
  t.match(call, { requestBody: null, responseBody: null, requestSha256: /^[0-9a-f]{64}$/, status: 200 })
  t.match((await app.inject({ method: 'GET', url: '/metrics' })).body, /^wms_disk_free_bytes \d/m)
})
