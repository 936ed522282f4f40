// The service as processes of the operating system, with whatever they leave behind.
import type { Test } from 'tap'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const MAIN = join(ROOT, 'dist/src/main.js')
export const COMMAND = join(ROOT, 'dist/src/commands/plugin-command.js')
export const BACKUP = join(ROOT, 'dist/src/commands/backup.js')
export const RESTORE = join(ROOT, 'dist/src/commands/restore.js')
export const onlyLinux = process.platform === 'linux' ? false : 'looks at processes through /proc, which only Linux has'
export const PASSWORD = 'a password of the test'
const START_MS = 180_000

/** Ten processes on a small machine need their time to come up. */
export async function waitFor (condition: () => Promise<boolean> | boolean, what: () => string): Promise<void> {
  for (const end = performance.now() + START_MS; !await condition(); await sleep(20)) {
    if (performance.now() > end) throw new Error(`not within ${START_MS} ms: ${what()}`)
  }
}

export interface Process {
  child: ChildProcess
  output: () => string
  errors: () => string
  /** Resolves with the exit code, null after a signal. */
  ended: Promise<number | null>
  /** The address it listens at. @throws when it ends first */
  ready: () => Promise<string>
}

export function run (t: Test, command: string, args: string[], env: Record<string, string>, cwd = ROOT): Process {
  const child = spawn(command, args, {
    cwd, detached: true, env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString() })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
    await ended
  })
  const address = (): string | undefined => /listens at (\S+)/.exec(output)?.[1]
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended,
    async ready () {
      await waitFor(async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output}${errors}`)
        return address() !== undefined && await fetch(`${address()!}/health/ready`).then(answer => answer.ok, () => false)
      }, () => `readiness\n${output}${errors}`)
      return address()!
    }
  }
}

export function dataDirectory (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'process-'))
  // Root's PostgreSQL runs as another user, who has to pass through.
  chmodSync(folder, 0o711)
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

export const settings = (dataDir: string): Record<string, string> => ({
  DATA_DIR: dataDir, PORT: '0', OPERATOR_PASSWORD: PASSWORD, PASSWORD_COST: '14', LOG_LEVEL: 'warn'
})

export interface Entry { pid: number, parent: number, command: string }

/** All processes, from /proc; those that have ended and were not looked at by their parent are left out. */
function processes (): Entry[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const [, command = '', state = '', parent = ''] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      return 'ZX'.includes(state) ? [] : [{ pid: Number(name), parent: Number(parent), command }]
    } catch {
      return []
    }
  })
}

export function descendants (pid: number): Entry[] {
  const all = processes()
  const below = (parent: number): Entry[] => all.filter(entry => entry.parent === parent).flatMap(entry => [entry, ...below(entry.pid)])
  return below(pid)
}

/** Every process that it starts until it has ended, found by looking often. */
export function watch (service: Process): () => Entry[] {
  const seen = new Map<number, Entry>()
  const timer = setInterval(() => { for (const entry of descendants(service.child.pid!)) seen.set(entry.pid, entry) }, 50)
  service.child.once('close', () => { clearInterval(timer) })
  return () => [...seen.values()]
}

export const alive = (entries: Entry[]): Entry[] => {
  const now = processes()
  return entries.filter(entry => now.some(other => other.pid === entry.pid && other.command === entry.command))
}

export async function signIn (url: string, password: string, email = 'admin@localhost'): Promise<number> {
  const answer = await fetch(`${url}/api/admin/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password })
  })
  await answer.body?.cancel()
  return answer.status
}

export async function stop (service: Process): Promise<number | null> {
  service.child.kill('SIGTERM')
  return await service.ended
}
