// Which processes are running, and which was started when.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signalServer } from './os-signals.js'

/** Which process, beyond doubt: process ids are used again, within minutes in a container. */
export interface ProcessIdentity {
  pid: number
  /** When it started, in the unit of the operating system; '0' where that can't be known. */
  started: string
  boot: string
  /** The namespace in which `pid` has a meaning: one for each container. */
  namespace: string
}

/** `other-boot` and `other-namespace`: the process id can't be looked up from here. */
type ProcessState = 'alive' | 'gone' | 'other-boot' | 'other-namespace'

const ofThisProcess = lazily((): ProcessIdentity => ({
  pid: process.pid,
  started: startOf(process.pid) ?? '0',
  boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)) ?? '0',
  namespace: attempt(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')) ?? '0'
}))

/** @returns the identity of this process as text, safe in a file name */
export function ownIdentity (): string {
  const { pid, started, boot, namespace } = ofThisProcess()
  return [pid, started, boot, namespace].join('-')
}

/** The reverse of `ownIdentity`; undefined for anything else. */
export function parseIdentity (text: string): ProcessIdentity | undefined {
  const match = /^(\d+)-(\d+)-([0-9a-f]+)-(\d+)$/.exec(text.trim())
  if (match === null) return undefined
  const [, pid = '', started = '', boot = '', namespace = ''] = match
  return { pid: Number(pid), started, boot, namespace }
}

/** @returns what has become of a process that once wrote down its identity */
export function stateOf (identity: ProcessIdentity): ProcessState {
  const own = ofThisProcess()
  if (identity.boot !== own.boot) return 'other-boot'
  if (identity.namespace !== own.namespace) return 'other-namespace'
  const started = startOf(identity.pid)
  return started !== undefined && started === identity.started ? 'alive' : 'gone'
}

/** @returns false for a zombie too: it has ended, only its parent has not looked yet */
export function isRunning (pid: number): boolean {
  return startOf(pid) !== undefined
}

/** @returns whether any process of this group has not ended */
export function isGroupRunning (group: number): boolean {
  if (process.platform !== 'linux') return answersSignals(-group)
  return readdirSync('/proc').some(name => /^\d+$/.test(name) && statOf(Number(name))?.[GROUP] === String(group))
}

/**
 * @returns the ids of the PostgreSQL processes that work in one of these folders. Known for certain on Linux only;
 *   elsewhere the process that the folder's `postmaster.pid` names, if it is a PostgreSQL.
 */
export function serversIn (folders: string[]): number[] {
  if (process.platform !== 'linux') return folders.map(namedByPidFile).filter(pid => pid !== undefined)
  // By device and inode: a path may be too long for readlink, and a deleted folder keeps its inode.
  const wanted = new Set(folders.map(folder => attempt(() => inodeOf(folder))).filter(inode => inode !== undefined))
  if (wanted.size === 0) return []
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid =>
    wanted.has(attempt(() => inodeOf(`/proc/${pid}/cwd`)) ?? '') && isPostgres(pid) && isRunning(pid))
}

/**
 * Ends processes that are not children of this one, with each signal in turn for at most its time in milliseconds.
 * @returns whether all of them are gone
 */
export async function endProcesses (pids: number[], steps: Array<[signal: NodeJS.Signals, waitMs: number]>): Promise<boolean> {
  let left = pids
  for (const [signal, waitMs] of steps) {
    for (const pid of left) await signalServer(pid, signal)
    for (const end = Date.now() + waitMs; left.length > 0 && Date.now() < end;) {
      await sleep(10)
      left = left.filter(isRunning)
    }
    if (left.length === 0) return true
  }
  return false
}

/** Where `statOf` has the process group and the start, in clock ticks: see proc_pid_stat(5). */
const [GROUP, STARTED] = [2, 19]

/** @returns what Linux says of a process, from its state on; undefined when it has ended */
function statOf (pid: number): string[] | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The program name, in brackets, may hold anything: count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || /[ZX]/.test(fields[0] ?? '') ? undefined : fields
}

function startOf (pid: number): string | undefined {
  if (process.platform === 'linux') return statOf(pid)?.[STARTED]
  if (process.platform === 'win32') return answersSignals(pid) ? '0' : undefined
  const line = attempt(() => execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim())
  if (line === undefined || line === '' || line.startsWith('Z')) return undefined
  return String(Date.parse(line.replace(/^\S+\s+/, '')) || 0)
}

function answersSignals (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function namedByPidFile (folder: string): number | undefined {
  const pid = Number.parseInt(attempt(() => readFileSync(path.join(folder, 'postmaster.pid'), 'utf8')) ?? '', 10)
  return pid > 0 && isRunning(pid) && isPostgres(pid) ? pid : undefined
}

function isPostgres (pid: number): boolean {
  // A signal for PostgreSQL reaches nothing else on Windows: it goes through a pipe that only PostgreSQL opens.
  if (process.platform === 'win32') return true
  const program = process.platform === 'linux'
    ? attempt(() => readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''))
    : attempt(() => execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim())
  return program !== undefined && ['postgres', 'initdb'].includes(path.basename(program))
}

function inodeOf (folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true })
  return `${dev}:${ino}`
}

function attempt<T> (read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function lazily<T> (make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
