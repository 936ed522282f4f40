// A backup of the embedded database, made while the service runs, and its restoration elsewhere.
import t from 'tap'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BACKUP, MAIN, PASSWORD, RESTORE, run, settings, signIn, stop } from './process.js'

const isRoot = process.getuid?.() === 0

async function command (
  t: Parameters<typeof run>[0], file: string, args: string[], dataDir: string
): Promise<{ code: number | null, output: string, errors: string }> {
  const program = run(t, process.execPath, [file, ...args], { DATA_DIR: dataDir })
  return { code: await program.ended, output: program.output(), errors: program.errors() }
}

/** The folder outside that a DATA_DIR has its data in is removed with it. */
function removeWithPlace (dataDir: string): void {
  const id = existsSync(join(dataDir, 'postgres-place')) ? readFileSync(join(dataDir, 'postgres-place'), 'utf8').split('\n')[0]! : ''
  for (const family of ['/var/lib', tmpdir()]) {
    if (/^[0-9a-f]{12}$/.test(id)) rmSync(join(family, 'logistics-wms-postgres', id), { recursive: true, force: true })
  }
  rmSync(dataDir, { recursive: true, force: true })
}

t.test('a backup made while the service runs is restored elsewhere with its secrets; one that is not whole is refused', async t => {
  const base = mkdtempSync(join(tmpdir(), 'backup-'))
  // Below a folder that PostgreSQL's user can't enter the data are elsewhere: where is for each start to find out.
  const folder = join(base, 'under')
  mkdirSync(folder, { mode: isRoot ? 0o700 : 0o711 })
  const [dataDir, restored, backup] = [join(folder, 'data'), join(folder, 'restored'), join(base, 'backup')]
  t.teardown(() => {
    for (const name of [dataDir, restored]) removeWithPlace(name)
    rmSync(base, { recursive: true, force: true })
  })
  t.match(await command(t, BACKUP, [backup], dataDir), { code: 1, errors: `${dataDir} (DATA_DIR) has no database.\n` })
  const service = run(t, process.execPath, [MAIN], settings(dataDir))
  const url = await service.ready()
  const made = await command(t, BACKUP, [backup], dataDir)
  t.match(made, { code: 0, output: /^Backup of .*: \d+ files with [\d.]+ MB in / }, made.errors)
  t.equal(await signIn(url, PASSWORD), 201, 'it serves meanwhile')
  t.equal(statSync(backup).mode & 0o777, 0o700)
  t.match(await command(t, BACKUP, [backup], dataDir), { code: 1, errors: `${backup} is there already; name a new folder\n` })
  t.match(await command(t, RESTORE, [backup], dataDir), { code: 1, errors: /is in use by process/ })
  t.equal(await stop(service), 0)
  t.match(await command(t, RESTORE, [backup], dataDir), { code: 1, errors: /is there already; set DATA_DIR to a new folder/ })

  const done = await command(t, RESTORE, [backup], restored)
  t.match(done, { code: 0, output: /^The backup of \d{4}-.* is in .*\n$/ }, done.errors)
  const again = run(t, process.execPath, [MAIN], { ...settings(restored), OPERATOR_PASSWORD: 'another one, not used' })
  t.equal(await signIn(await again.ready(), PASSWORD), 201, 'the operator of the backup signs in')
  t.equal(await stop(again), 0)
  t.equal(readFileSync(join(restored, 'encryption.key'), 'utf8'), readFileSync(join(dataDir, 'encryption.key'), 'utf8'))

  const cold = join(base, 'cold')
  t.match(await command(t, BACKUP, [cold], restored), { code: 0 }, 'without a service, too')
  const segment = readdirSync(join(cold, 'postgres/pg_wal')).find(name => /^[0-9A-F]{24}$/.test(name))!
  truncateSync(join(cold, 'postgres/pg_wal', segment), 100)
  const target = join(base, 'target')
  t.match(await command(t, RESTORE, [cold], target), { code: 1, errors: /is not whole: it has \d+ files/ })
  t.match(await command(t, RESTORE, [dataDir], target), { code: 1, errors: `${dataDir} is no backup: it has no backup.json\n` })
  t.match(await command(t, RESTORE, [], target), { code: 1, errors: /^Name the backup/ })
  t.notOk(readdirSync(target).some(name => /^postgres$|^postgres\.new$/.test(name)))
  removeWithPlace(target)
})
