// The installation's key: kept, derived from, and bound to its database.
import t, { type Test } from 'tap'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseStartError, openDatabase } from '../../../src/platform/database/database.js'
import { checkFingerprint, KeyError, openKeys } from '../../../src/platform/runtime/installation-key.js'
import { createDatabase } from '../../../src/test-kit/databases.js'

const KEY = Buffer.alloc(32, 7)

function folder (t: Test): string {
  const made = mkdtempSync(join(tmpdir(), 'keys-'))
  t.teardown(() => rmSync(made, { recursive: true, force: true }))
  return join(made, 'data')
}

t.test('a key is made at the first start, for its owner only, and found at the next', async t => {
  const dataDir = folder(t)
  const first = await openKeys({ dataDir, encryptionKey: null })
  t.equal(statSync(join(dataDir, 'encryption.key')).mode & 0o777, 0o600)
  t.strictSame(readdirSync(dataDir), ['encryption.key'])
  t.equal((await openKeys({ dataDir, encryptionKey: null })).fingerprint, first.fingerprint)
  t.not((await openKeys({ dataDir: folder(t), encryptionKey: null })).fingerprint, first.fingerprint)
})

t.test('processes that start together agree on one key', async t => {
  const dataDir = folder(t)
  const opened = await Promise.all(Array.from({ length: 20 }, async () => await openKeys({ dataDir, encryptionKey: null })))
  t.equal(new Set(opened.map(keys => keys.fingerprint)).size, 1)
  t.strictSame(readdirSync(dataDir), ['encryption.key'])
})

t.test('a given key leaves no file', async t => {
  const dataDir = folder(t)
  await openKeys({ dataDir, encryptionKey: KEY })
  t.notOk(existsSync(dataDir))
})

t.test('a damaged key file is refused, not replaced', async t => {
  const dataDir = folder(t)
  await openKeys({ dataDir, encryptionKey: null })
  for (const damaged of ['', 'short', KEY.subarray(1).toString('base64'), KEY.toString('hex')]) {
    writeFileSync(join(dataDir, 'encryption.key'), damaged)
    await t.rejects(openKeys({ dataDir, encryptionKey: null }), KeyError)
    t.equal(readFileSync(join(dataDir, 'encryption.key'), 'utf8'), damaged)
  }
})

t.test('a folder that can not hold the key is named', async t => {
  const dataDir = folder(t)
  writeFileSync(dataDir, 'a file')
  await t.rejects(openKeys({ dataDir, encryptionKey: null }), { name: 'KeyError', message: new RegExp(dataDir) })
})

t.test('a lost key is not made again beside a database that was made with it', async t => {
  const dataDir = folder(t)
  await openKeys({ dataDir, encryptionKey: null })
  mkdirSync(join(dataDir, 'postgres'))
  rmSync(join(dataDir, 'encryption.key'))
  await t.rejects(openKeys({ dataDir, encryptionKey: null }), {
    name: 'KeyError', message: /encryption\.key is missing beside a database that was made with it\. Restore it from a backup/
  })
  t.strictSame(readdirSync(dataDir), ['postgres'])
})

t.test('DATA_DIR that is a file, or below one, is named, and not the key', async t => {
  const file = join(folder(t), '..', 'file')
  writeFileSync(file, '')
  for (const dataDir of [file, join(file, 'below')]) {
    await t.rejects(openKeys({ dataDir, encryptionKey: null }), { name: 'KeyError', message: new RegExp(`^DATA_DIR ${dataDir} can't be used: it`) })
  }
})

t.test('derived keys differ by purpose and installation, and are the same in every process', async t => {
  const { secrets } = await openKeys({ dataDir: '', encryptionKey: KEY })
  const again = await openKeys({ dataDir: '', encryptionKey: Buffer.from(KEY) })
  const other = await openKeys({ dataDir: '', encryptionKey: Buffer.alloc(32, 8) })
  t.equal(secrets.derive('a').length, 32)
  t.strictSame(secrets.derive('a'), again.secrets.derive('a'))
  t.notSame(secrets.derive('a'), secrets.derive('b'))
  t.notSame(secrets.derive('a'), other.secrets.derive('a'))
})

t.test('an encrypted value comes back only as it was, in its place, with its purpose and key', async t => {
  const { secrets } = await openKeys({ dataDir: '', encryptionKey: KEY })
  const other = await openKeys({ dataDir: '', encryptionKey: Buffer.alloc(32, 8) })
  for (const plaintext of ['', 'password', 'ünïcode 😀', 'x'.repeat(10_000)]) {
    t.equal(secrets.decrypt('webhook', secrets.encrypt('webhook', plaintext, 'whk_1'), 'whk_1'), plaintext)
  }
  const sealed = secrets.encrypt('webhook', 'password', 'whk_1')
  t.match(sealed, /^v1\.[\w-]+$/)
  t.not(secrets.encrypt('webhook', 'password', 'whk_1'), sealed, 'a nonce of its own')
  t.throws(() => secrets.decrypt('webhook', sealed, 'whk_2'), 'moved to another row')
  t.throws(() => secrets.decrypt('signing', sealed, 'whk_1'), 'used for another purpose')
  t.throws(() => other.secrets.decrypt('webhook', sealed, 'whk_1'), 'read with another key')
  t.throws(() => secrets.decrypt('webhook', sealed.replace('v1', 'v2'), 'whk_1'), 'of an unknown version')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (const position of [0, 12, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[position]! ^= 1
    t.throws(() => secrets.decrypt('webhook', `v1.${changed.toString('base64url')}`, 'whk_1'), `changed at byte ${position}`)
  }
  t.throws(() => secrets.decrypt('webhook', `v1.${bytes.subarray(0, 20).toString('base64url')}`, 'whk_1'), 'cut short')
  t.throws(() => secrets.decrypt('webhook', '', 'whk_1'), 'empty')
})

t.test('a database remembers its key and refuses another', async t => {
  const { url } = await createDatabase(t, { migrated: true })
  const db = await openDatabase({ connection: url, poolSize: 5, applicationName: 'test' })
  t.teardown(async () => await db.close())
  await Promise.all(Array.from({ length: 5 }, async () => await checkFingerprint(db, 'one')))
  await checkFingerprint(db, 'one')
  await t.rejects(checkFingerprint(db, 'two'), DatabaseStartError)
})
