// The installation's key: everything that must stay secret at rest derives from it.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Queryable } from '../../kernel/contract/database.js'
import type { Secrets } from '../../kernel/contract/kernel.js'
import { DatabaseStartError } from '../database/check.js'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'

/** The key can't be used; the message is one line for the terminal. */
export class KeyError extends Error {
  constructor (message: string) {
    super(message)
    this.name = 'KeyError'
  }
}

/**
 * Uses the given key or the one in `dataDir`, which is made at the first start.
 * @throws KeyError
 */
export async function openKeys (
  { dataDir, encryptionKey }: { dataDir: string, encryptionKey: Buffer | null }
): Promise<{ secrets: Secrets, fingerprint: string }> {
  const key = encryptionKey ?? await readOrCreate(dataDir)
  const secrets = createSecrets(key)
  return { secrets, fingerprint: createHash('sha256').update(secrets.derive('fingerprint')).digest('hex') }
}

/** RFC 5869 for keys, NIST SP 800-38D (AES-256-GCM) for values. */
function createSecrets (key: Buffer): Secrets {
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', `logistics-wms ${purpose}`, KEY_BYTES))
  const bound = (purpose: string, context: string): Buffer => Buffer.from(JSON.stringify([purpose, context]))
  return {
    derive,
    encrypt (purpose, plaintext, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', derive(`encryption ${purpose}`), nonce).setAAD(bound(purpose, context))
      const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    decrypt (purpose, ciphertext, context) {
      const [version, text = ''] = ciphertext.split('.')
      if (version !== VERSION) throw new Error('unknown version of an encrypted value')
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', derive(`encryption ${purpose}`), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(bound(purpose, context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    }
  }
}

async function readOrCreate (dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'encryption.key')
  try {
    const key = await readKey(file)
    if (key !== null) return key
    if (await hasDatabase(dataDir)) {
      throw new KeyError(
        `${file} is missing beside a database that was made with it. Restore it from a backup: without it stored secrets can't be read. To ` +
          `begin again, move ${dataDir} away.`
      )
    }
    return await createKey(dataDir, file)
  } catch (error) {
    if (error instanceof KeyError) throw error
    const why = UNUSABLE[(error as NodeJS.ErrnoException).code ?? '']
    if (why !== undefined) throw new KeyError(`DATA_DIR ${dataDir} can't be used: ${why}.`)
    throw new KeyError(`The key in ${file} can't be used: ${(error as Error).message}`)
  }
}

const UNUSABLE: Readonly<Record<string, string>> = {
  EEXIST: 'it is no folder',
  ENOTDIR: 'it, or a part of its path, is no folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a disk that can only be read'
}

/** True when an embedded database has ever been started there. */
async function hasDatabase (dataDir: string): Promise<boolean> {
  return (await readdir(dataDir).catch(() => [])).some(name => name.startsWith('postgres'))
}

async function readKey (file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return null; throw error })
  if (text === null) return null
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) {
    throw new KeyError(`${file} does not hold a key of ${KEY_BYTES} bytes in base64. Restore it from a backup: without it stored secrets can't be read.`)
  }
  return key
}

/** Written aside and linked into place, so that two processes agree on one key and a crash leaves none that is half written. */
async function createKey (dataDir: string, file: string): Promise<Buffer> {
  // Root's PostgreSQL runs as another user, who has to pass through this folder.
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(aside, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(aside)
  }
  return (await readKey(file))!
}

/** The database remembers which key it belongs to. @throws DatabaseStartError for another key */
export async function checkFingerprint (db: Queryable, fingerprint: string): Promise<void> {
  await db.query('INSERT INTO "Installation" ("id", "keyFingerprint") VALUES (1, $1) ON CONFLICT ("id") DO NOTHING', [fingerprint])
  const { rows: [row] } = await db.query<{ keyFingerprint: string }>('SELECT "keyFingerprint" FROM "Installation" WHERE "id" = 1')
  if (row?.keyFingerprint === fingerprint) return
  throw new DatabaseStartError(
    'This database belongs to another ENCRYPTION_KEY: its secrets can\'t be read with this one. Set the key that it was created with.'
  )
}
