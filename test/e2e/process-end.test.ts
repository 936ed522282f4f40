// How the process ends: by signals, by the loss of its database.
import t from 'tap'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRunningDatabase } from '../../src/commands/running-database.js'
import { onServer } from '../../src/test-kit/databases.js'
import { alive, dataDirectory, descendants, MAIN, onlyLinux, run, settings, stop, waitFor, watch, type Entry } from './process.js'

const endings: Array<[string, (child: ChildProcess) => void]> = [
  ['SIGTERM to npm', child => { child.kill('SIGTERM') }],
  ['SIGINT to npm', child => { child.kill('SIGINT') }],
  ['Ctrl-C in the terminal, which npm passes on once more', child => { process.kill(-child.pid!, 'SIGINT') }]
]
/** Filled by the first start, which is the longest. */
const shared = dataDirectory(t)
for (const [what, signal] of endings) {
  t.test(`npm start says where everything is, and after ${what} no process is left`, { skip: onlyLinux }, async t => {
    const service = run(t, 'npm', ['start'], settings(shared))
    const url = await service.ready()
    for (const path of ['/docs', '/api/external/v1']) t.match(service.output(), `${url}${path}`)
    const family = descendants(service.child.pid!)
    t.ok(family.some(entry => entry.command === 'postgres'), 'it has a database of its own')
    const before = performance.now()
    signal(service.child)
    t.equal(await service.ended, 0, 'in time: the service cuts itself off with 1')
    t.comment(`ended after ${Math.round(performance.now() - before)} ms`)
    t.strictSame(alive(family), [])
    t.strictSame(service.errors().split('\n').filter(line => line !== '' && !line.startsWith('npm ')), [])
  })
}

t.test('a second signal, a moment later, ends it at once', { skip: onlyLinux }, async t => {
  const service = run(t, process.execPath, [MAIN], settings(shared))
  const url = new URL(await service.ready())
  const family = descendants(service.child.pid!)
  // A call whose body never comes: the first signal waits for it.
  const caller = connect(Number(url.port), url.hostname)
  caller.on('error', () => {})
  caller.write(`POST /api/admin/v1/session HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`)
  t.teardown(() => { caller.destroy() })
  await fetch(url)
  service.child.kill('SIGTERM')
  await waitFor(async () => await fetch(url).then(() => false, () => true), () => 'the end of listening')
  await sleep(600)
  service.child.kill('SIGTERM')
  t.equal(await service.ended, 1)
  await waitFor(() => alive(family).length === 0, () => 'the end of the database')
})

/** How PostgreSQL calls a process that serves a connection of the service. */
function isSession ({ pid }: Entry): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('wms wms [local]')
  } catch {
    // It has ended meanwhile.
    return false
  }
}

/** The plugins boot when all tables are there. */
async function isMigrated (dataDir: string): Promise<boolean> {
  const url = await findRunningDatabase(dataDir).catch(() => null)
  return url !== null && await onServer(url, async client => (await client.query('SELECT FROM "_prisma_migrations"')).rowCount !== 0).catch(() => false)
}

const moments: Array<[string, (service: number, dataDir: string) => Promise<boolean> | boolean]> = [
  ['initdb runs', service => descendants(service).some(({ command }) => command === 'initdb')],
  ['the database server starts', service => descendants(service).some(({ command, parent }) => command === 'postgres' && parent === service)],
  ['the database is in use', service => descendants(service).some(isSession)],
  ['the plugins boot', async (_, dataDir) => await isMigrated(dataDir)]
]
t.test('a signal during the start ends it in order, and a later start goes on from there', { skip: onlyLinux }, async t => {
  const dataDir = dataDirectory(t)
  for (const [what, isNow] of moments) {
    const service = run(t, process.execPath, [MAIN], settings(dataDir))
    const family = watch(service)
    await waitFor(async () => await isNow(service.child.pid!, dataDir), () => `${what}\n${service.output()}${service.errors()}`)
    const before = performance.now()
    t.equal(await stop(service), 0, what)
    t.comment(`${what}: ended after ${Math.round(performance.now() - before)} ms`)
    t.equal(service.errors(), '')
    t.notMatch(service.output(), 'listens at')
    t.strictSame(alive(family()), [])
  }
  const service = run(t, process.execPath, [MAIN], settings(dataDir))
  await service.ready()
  t.equal(await stop(service), 0)
})

t.test('it ends with a clear line when its database is gone', { skip: onlyLinux }, async t => {
  const service = run(t, process.execPath, [MAIN], settings(shared))
  await service.ready()
  process.kill(descendants(service.child.pid!).find(entry => entry.command === 'postgres')!.pid, 'SIGKILL')
  t.equal(await service.ended, 1)
  t.match(service.errors(), /The embedded database ended by itself/)
})
