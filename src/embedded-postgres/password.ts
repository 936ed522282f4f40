// As root: PostgreSQL runs under an account that other programs of the machine may run under too, so that being this account proves nothing.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Binaries } from './binaries.js'
import { SUPERUSER } from './cluster.js'
import { socketEndpoint, type Endpoint } from './endpoint.js'
import { EmbeddedPostgresError } from './errors.js'
import type { SystemUser } from './system-user.js'

const FILE = 'postgres-password'
/** The password has 192 random bits: stretching it would only make connections slow. */
const ITERATIONS = { scram_iterations: '1' }

interface ProtectedEndpoint extends Endpoint {
  password: string
  /** The password is not set in the cluster yet. */
  isNew: boolean
}

/** The password that DATA_DIR keeps for its owner only; undefined when there is none, or it is not ours to read. */
export async function readPassword (dataDir: string): Promise<string | undefined> {
  return await readFile(path.join(dataDir, FILE), 'utf8').catch(() => undefined)
}

/** The socket in the run folder, with a password for every role (SCRAM-SHA-256). The rules are written at each start, beside the socket. */
export async function protectedEndpoint (runFolder: string, dataDir: string, user: SystemUser): Promise<ProtectedEndpoint> {
  const known = await readPassword(dataDir)
  const rules = path.join(runFolder, 'pg_hba.conf')
  await writeFile(rules, 'local all all scram-sha-256\n', { mode: 0o600 })
  await chown(rules, user.uid, user.gid)
  const endpoint = socketEndpoint(runFolder)
  return {
    ...endpoint,
    settings: { ...endpoint.settings, ...ITERATIONS, hba_file: rules },
    password: known ?? randomBytes(24).toString('hex'),
    isNew: known === undefined
  }
}

/**
 * Gives the superuser of a stopped cluster the password, in single-user mode, which asks for none, and keeps it in DATA_DIR. The role of the service
 * gets it at the first connection.
 * @throws {EmbeddedPostgresError} when PostgreSQL refuses
 */
export async function setPassword (
  binaries: Binaries, dataPath: string, dataDir: string, { password, user }: { password: string, user: SystemUser }
): Promise<void> {
  const settings = Object.entries({ ...ITERATIONS, log_min_messages: 'fatal', password_encryption: 'scram-sha-256' }).flatMap((
    [name, value]
  ) => ['-c', `${name}=${value}`])
  const child = spawn(binaries.postgres, ['--single', '-D', dataPath, ...settings, 'postgres'], {
    cwd: path.dirname(binaries.postgres),
    uid: user.uid,
    gid: user.gid,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', 'ignore', 'pipe']
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString() })
  child.stdin.on('error', () => {})
  child.stdin.end(`ALTER ROLE ${SUPERUSER} PASSWORD '${password}';\n`)
  const [code] = await once(child, 'close') as [number | null]
  if (code !== 0 || errors.includes('ERROR')) {
    throw new EmbeddedPostgresError(`PostgreSQL did not take its password: ${errors.trim().split('\n').at(-1) ?? `exit code ${code}`}`)
  }
  await writeFile(path.join(dataDir, FILE), password, { mode: 0o600 })
}
