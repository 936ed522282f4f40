import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import pg from 'pg'

export const isRoot = process.getuid?.() === 0
export const onlyLinux = process.platform === 'linux' ? false : 'looks at processes through /proc, which only Linux has'
export const onlyRoot = isRoot ? false : 'needs root: it is about the user that PostgreSQL runs as then'
export const serviceFile = fileURLToPath(new URL('./service.js', import.meta.url))

/** A folder that everybody may pass through, removed at the end of the test. */
export function temporaryFolder (t: Test, mode = 0o755): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'embedded-postgres-')))
  chmodSync(folder, mode)
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The place that data are in, removed at the end of the test. */
export function placeOf (t: Test, dataFolder: string): string {
  const place = path.dirname(dataFolder)
  t.teardown(() => rmSync(place, { recursive: true, force: true }))
  return place
}

/** The reason why a user other than this one can't work below the folder, false when he can. */
export function unreachable (folder: string): string | false {
  for (let current = realpathSync(folder); current !== path.dirname(current); current = path.dirname(current)) {
    if ((statSync(current).mode & 0o005) !== 0o005) return `${current} is closed to other users`
  }
  return false
}

/** Runs one statement on a connection of its own. */
export async function query (url: string, statement: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** @returns the ids of all processes that work in the folder or below, other than the one asking */
export function processesIn (folder: string): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      const at = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '')
      return pid !== process.pid && isAlive(pid) && (at === folder || at.startsWith(folder + path.sep))
    } catch {
      return false
    }
  })
}

export function isAlive (pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** What is in DATA_DIR, except the copy of the programs that is made where PostgreSQL's user can't reach the checkout, and root's password for it. */
export function leftIn (dataDir: string): string[] {
  return readdirSync(dataDir).filter(name => name !== 'postgres-binaries' && name !== 'postgres-password')
}

/** The reason why PostgreSQL can't run out of this checkout but needs a copy, false when it can. */
export const needsCopy = isRoot ? unreachable(import.meta.dirname) : false

export function claimsIn (dataDir: string): string[] {
  return readdirSync(dataDir).filter(name => name.endsWith('.lock'))
}

/** Waits for something that another process does. */
export async function until (what: string, isSo: () => boolean, timeoutMs = 20_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; !isSo(); await sleep(5)) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
  }
}

interface Started { host: string, url: string, dataFolder: string }

export interface Service {
  child: ChildProcess
  logs: string[]
  /** How the start went. */
  outcome: Promise<{ started?: Started, failed?: string }>
  /** @throws when it did not start */
  started: () => Promise<Started>
  stop: () => Promise<void>
  kill: () => Promise<void>
}

export interface ServiceOptions {
  file?: string
  user?: { uid: number, gid: number }
  /** As on a system without setpriv: when the service is killed, its PostgreSQL goes on. */
  orphans?: boolean
}

/** Mounts are seen by the processes of the command only, and end with them: none can be left behind. */
export const PRIVATE_MOUNTS = ['unshare', '-m']
const HIDE_SETPRIV = [...PRIVATE_MOUNTS, 'sh', '-c', 'for f in /usr/bin/setpriv /bin/setpriv; do [ ! -e $f ] || mount --bind /dev/null $f; done; exec "$@"',
  'sh']

/** Starts the service of `service.ts` in a process of its own; it is stopped at the end of the test. */
export function startService (t: Test, options: object, { file = serviceFile, user, orphans = false }: ServiceOptions = {}): Service {
  const [command = '', ...args] = [...(orphans ? HIDE_SETPRIV : []), process.execPath, file, JSON.stringify(options)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...user })
  const logs: string[] = []
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const outcome = new Promise<{ started?: Started, failed?: string }>(resolve => {
    lines.on('line', line => {
      const message = JSON.parse(line)
      if ('log' in message) logs.push(message.log)
      else resolve(message)
    })
    ended.then(() => resolve({ failed: 'the process ended' }), () => {})
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  t.teardown(async () => await end('SIGTERM'))
  return {
    child,
    logs,
    outcome,
    started: async () => {
      const { started, failed } = await outcome
      if (started === undefined) throw new Error(failed)
      return started
    },
    stop: async () => await end('SIGTERM'),
    kill: async () => await end('SIGKILL')
  }
}

/** The reason why a test can't have mounts of its own, false when it can. */
export function noMounts (): string | false {
  const [command = '', ...args] = [...PRIVATE_MOUNTS, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? false : 'mounts are not allowed here'
}

/** A folder below, as deep as it takes for its path to have this many bytes. */
export function deepFolder (below: string, bytes: number): string {
  let folder = below
  while (Buffer.byteLength(folder) < bytes) folder = path.join(folder, 'a long name with spaces and ünïcode '.repeat(3).trim())
  mkdirSync(folder, { recursive: true })
  return folder
}
