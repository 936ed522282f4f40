// Runs programs of PostgreSQL, as another user where the service is root.
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { lineOf } from './errors.js'
import { isGroupRunning } from './processes.js'
import type { SystemUser } from './system-user.js'

interface LaunchOptions {
  user: SystemUser | undefined
  /** The working folder; it is how an orphan is found again. */
  cwd: string
  /** What the program receives when this process is killed, where the operating system can do that. */
  deathSignal: 'INT' | 'KILL'
}

const FAMILY_GONE_MS = 2_000

let deathSignalTool: string | null | undefined

/** A program of PostgreSQL. What it has to say comes through stderr, which must be read. */
export type Program = ChildProcessByStdio<null, null, Readable>

/** Starts a program of PostgreSQL in a session of its own, so that Ctrl-C reaches only the service, which then stops it in order. */
export function launch (program: string, args: string[], { user, cwd, deathSignal }: LaunchOptions): Program {
  const tool = deathSignalTool ??= findDeathSignalTool()
  const [command, commandArgs] = tool === null ? [program, args] : [tool, ['--pdeathsig', deathSignal, '--', program, ...args]]
  return spawn(command, commandArgs, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(),
    detached: true,
    windowsHide: true,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid })
  })
}

/** Ends a program and what it has started at once. Windows knows no process groups: there it is the program alone. */
export function kill ({ pid }: Program): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Settles when what a killed program has started is gone too, of which the program's own end says nothing; after 2 s at most. */
export async function familyGone ({ pid }: Program): Promise<void> {
  if (pid === undefined) return
  for (const end = Date.now() + FAMILY_GONE_MS; isGroupRunning(pid) && Date.now() < end;) await sleep(5)
}

/** @returns how it ended: `exit code 1`, `signal SIGKILL`, or why it could not be started at all */
export async function endOf (program: Program): Promise<string> {
  return await new Promise(resolve => {
    program.once('error', error => resolve(lineOf(error)))
    program.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`))
  })
}

/** Nothing of the service's own environment: it holds secrets, and PG* variables would change what the programs do. */
function environment (): NodeJS.ProcessEnv {
  return process.platform === 'win32' ? {} : { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }
}

/** util-linux has it, BusyBox does not; without it an orphan lives until the next start. */
function findDeathSignalTool (): string | null {
  if (process.platform !== 'linux') return null
  const tool = ['/usr/bin/setpriv', '/bin/setpriv'].find(file => existsSync(file))
  if (tool === undefined) return null
  return spawnSync(tool, ['--pdeathsig', 'INT', '--', tool, '--version'], { stdio: 'ignore' }).status === 0 ? tool : null
}
