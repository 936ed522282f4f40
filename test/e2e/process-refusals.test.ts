// What makes the process refuse to start, and what an operator reads then.
import t, { type Test } from 'tap'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { alive, dataDirectory, MAIN, onlyLinux, run, settings, stop, watch } from './process.js'

const KEY = Buffer.alloc(32, 7).toString('base64')

async function occupiedPort (t: Test): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return (server.address() as AddressInfo).port
}

const refusals: Array<[string, (t: Test) => Promise<Record<string, string>>, RegExp]> = [
  ['a wrong PORT', async () => ({ PORT: 'eighty' }), /^PORT must be a whole number from 0 to 65535.*"eighty"\.\n$/],
  ['several mistakes', async () => ({ PORT: 'x', LOG_LEVEL: 'loud' }), /^PORT must be .*\nLOG_LEVEL must be .*\n$/],
  ['a port in use', async t => ({ PORT: String(await occupiedPort(t)) }), /^PORT \d+ on 127\.0\.0\.1 is in use by another program; .*\n$/],
  ['a HOST of another machine', async () => ({ HOST: '192.0.2.1' }), /^HOST 192\.0\.2\.1 is not an address of this machine\.\n$/],
  ['a DATA_DIR that is a file', async () => ({ DATA_DIR: MAIN }), /^.*main\.js.*\n$/]
]
for (const [what, environment, expected] of refusals) {
  t.test(`${what}: one clear line, exit 1, nothing left behind`, { skip: onlyLinux }, async t => {
    const service = run(t, process.execPath, [MAIN], { ...settings(dataDirectory(t)), ...await environment(t) })
    const family = watch(service)
    t.equal(await service.ended, 1)
    t.match(service.errors(), expected)
    t.strictSame(alive(family()), [])
  })
}

t.test('a DATABASE_URL where no one answers is reported after 6 s', async t => {
  const url = `postgresql://wms:s3cret@127.0.0.1:${await occupiedPort(t)}/wms`
  const service = run(t, process.execPath, [MAIN], {
    PORT: '0',
    DATABASE_URL: url,
    DATABASE_WAIT_S: '0',
    PUBLIC_URL: 'https://wms.example.com',
    ENCRYPTION_KEY: KEY
  })
  t.equal(await service.ended, 1)
  t.match(service.errors(), /^The database at 127\.0\.0\.1:\d+\/wms .*no answer within 6 s\.\n$/)
})

t.test('a second process on the same DATA_DIR refuses, and the first goes on', async t => {
  const dataDir = dataDirectory(t)
  const first = run(t, process.execPath, [MAIN], settings(dataDir))
  const url = await first.ready()
  const second = run(t, process.execPath, [MAIN], settings(dataDir))
  t.equal(await second.ended, 1)
  t.match(second.errors(), /^\S+ is in use by process \d+; set DATABASE_URL to run several processes\n$/)
  t.equal((await fetch(`${url}/health/ready`)).status, 200)
  t.equal(await stop(first), 0)
})
