// The server process: started, watched until it is ready, and stopped.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError } from './errors.js'
import type { Home } from './home.js'
import { endOf, launch, type Program } from './launch.js'
import { readOutput, type Output } from './output.js'
import { signalServer } from './os-signals.js'

/** A running server. */
export interface Postmaster {
  /** Settles when the process has ended, with the reason. */
  ended: Promise<string>
  /** Fast shutdown, then an immediate one. Nothing that was committed is lost by either. */
  stop (): Promise<void>
}

const POLL_MS = 10
const READY_MS = 30_000
/** Recovery after a crash reads at most the write-ahead log between two checkpoints; cut short, it would begin again at each start. */
const RECOVERED_MS = 300_000
const TELL_AFTER_MS = 3_000
const STOP_STEPS: Array<[NodeJS.Signals, number]> = [['SIGINT', 8_000], ['SIGQUIT', 3_000], ['SIGKILL', 1_000]]

/**
 * Starts the server and waits until it accepts connections.
 * @param log gets every line that it writes, as long as it runs
 * @param signal stops it again while it is not ready, also in the middle of a recovery, which the next start repeats
 * @throws {EmbeddedPostgresError} when it ends instead, with the reason it gave, or is not ready in time
 */
export async function startPostmaster (
  { program, args }: { program: string, args: string[] }, home: Home, log: (line: string) => void, signal: AbortSignal
): Promise<Postmaster> {
  const child = launch(program, args, { user: home.user, cwd: home.dataFolder, deathSignal: 'INT' })
  const state = { reason: '', limitMs: READY_MS }
  const output = readOutput(child.stderr, line => {
    if (line.includes('automatic recovery in progress')) state.limitMs = RECOVERED_MS
    log(`postgres: ${line}`)
  })
  const ended = reasonOf(child, output).then(reason => (state.reason = reason))
  const stop = async (): Promise<void> => await stopChild(child, ended)
  const since = Date.now()
  for (let reported = false; state.reason === '' && !isReady(child, home); await Promise.race([sleep(POLL_MS), ended])) {
    if (signal.aborted) {
      await stop()
      throw signal.reason
    }
    if (Date.now() - since > state.limitMs) {
      await stop()
      throw new EmbeddedPostgresError(`PostgreSQL was not ready after ${state.limitMs / 1_000} s; its last words: ${output.tail().at(-1) ?? 'none'}`)
    }
    if (!reported && Date.now() - since > TELL_AFTER_MS) {
      reported = true
      log('PostgreSQL is still starting; after a crash it first repeats what was committed')
    }
  }
  if (state.reason === '') return { ended, stop }
  throw new EmbeddedPostgresError(`PostgreSQL did not start, ${state.reason}`)
}

async function reasonOf (child: Program, output: Output): Promise<string> {
  const outcome = await endOf(child)
  await output.drained()
  const reported = output.tail().findLast(line => /FATAL|PANIC|terminated by signal/.test(line))
  return reported === undefined ? outcome : `${outcome}: ${reported.replace(/^.*?(FATAL|PANIC|LOG): +/, '')}`
}

/** The server writes its state into the eighth line of its own file: cheaper than trying to connect. */
function isReady ({ pid }: Program, { dataFolder }: Home): boolean {
  try {
    const lines = readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

async function stopChild ({ pid }: Program, ended: Promise<string>): Promise<void> {
  if (pid === undefined) return
  for (const [signal, waitMs] of STOP_STEPS) {
    const timeout = new AbortController()
    const running = sleep(waitMs, 'running', { signal: timeout.signal }).catch(() => '')
    const first = Promise.race([ended, running])
    await signalServer(pid, signal)
    const outcome = await first
    timeout.abort()
    if (outcome !== 'running') return
  }
}
