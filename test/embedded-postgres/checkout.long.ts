import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { checkoutIn } from './checkout.js'
import { onlyRoot, placeOf, query, startService, temporaryFolder } from './fixtures.js'

t.test('root, the checkout in a 0700 folder – the place has a copy of the programs, used again', { skip: onlyRoot }, async t => {
  const base = temporaryFolder(t, 0o700)
  const { file } = checkoutIn(path.join(base, 'check out'), { links: true })
  const first = startService(t, { dataDir: path.join(base, 'data') }, { file })
  const { dataFolder, url } = await first.started()
  const binaries = path.join(placeOf(t, dataFolder), 'postgres-binaries')
  t.same(await query(url, 'SELECT 1 AS n'), [{ n: 1 }])
  const { ino } = statSync(binaries)
  await first.stop()
  const second = startService(t, { dataDir: path.join(base, 'data') }, { file })
  await second.started()
  t.equal(statSync(binaries).ino, ino)
  await second.stop()
  const library = path.join(binaries, 'lib', 'libpq.so.5')
  rmSync(library)
  const third = startService(t, { dataDir: path.join(base, 'data') }, { file })
  await third.started()
  t.ok(existsSync(library), 'one that is not complete is made again')
})

t.test('root, only the checkout is closed – the copy is in DATA_DIR, next to the data', { skip: onlyRoot }, async t => {
  const { file } = checkoutIn(path.join(temporaryFolder(t, 0o700), 'checkout'), { links: true })
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir }, { file })
  await service.started()
  await service.stop()
  t.same(readdirSync(dataDir).filter(name => name !== 'postgres-password').sort(), ['postgres', 'postgres-binaries'])
})

t.test('library links that no install script has made – are made in the package', async t => {
  const { file, native } = checkoutIn(temporaryFolder(t), { links: false })
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'))
  if (links.length === 0) return t.comment('skipped: the package for this operating system has no links')
  const dataDir = temporaryFolder(t)
  const service = startService(t, { dataDir }, { file })
  t.same(await query((await service.started()).url, 'SELECT 1 AS n'), [{ n: 1 }])
  for (const { target } of links) t.ok(existsSync(path.join(path.dirname(native), target)), target)
  t.notOk(existsSync(path.join(dataDir, 'postgres-binaries')))
})
