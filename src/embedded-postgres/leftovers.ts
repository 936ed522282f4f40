// Cleans up after a run that was killed.
import { readFileSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { unfinishedFolder } from './cluster.js'
import { EmbeddedPostgresError } from './errors.js'
import type { Home } from './home.js'
import type { Lock } from './lock.js'
import { endProcesses, isRunning, serversIn } from './processes.js'
import { removeRunFolder } from './run-folder.js'

/**
 * Puts away what a killed run has left: its server, half made folders, its socket folder and its claim. DATA_DIR must be locked.
 * @throws {EmbeddedPostgresError} when the server of the earlier run can't be stopped
 */
export async function clearLeftovers (home: Home, { abandoned }: Lock, log: (line: string) => void): Promise<void> {
  const pidFile = path.join(home.dataFolder, 'postmaster.pid')
  const unfinished = unfinishedFolder(home)
  if (abandoned.length === 0 && !(await exists(pidFile)) && !(await exists(unfinished))) return
  await endProcesses(serversIn([unfinished]), [['SIGKILL', 2_000]])
  await rm(unfinished, { recursive: true, force: true })
  await stopOrphans(home, pidFile, log)
  // The server removes a stale file itself unless its number belongs to another process by now.
  if (isRunning(pidIn(pidFile))) await rm(pidFile, { force: true })
  for (const { file, runFolder } of abandoned) {
    await removeRunFolder(runFolder)
    await rm(file, { force: true })
  }
}

async function stopOrphans ({ dataFolder }: Home, pidFile: string, log: (line: string) => void): Promise<void> {
  const orphans = serversIn([dataFolder])
  if (orphans.length === 0) return
  const main = pidIn(pidFile)
  log(`stopping the PostgreSQL that an interrupted run has left (process ${orphans.includes(main) ? main : orphans[0]})`)
  // The main process ends the others in order; those it did not take along have lost it.
  if (orphans.includes(main)) await endProcesses([main], [['SIGINT', 8_000], ['SIGQUIT', 6_000], ['SIGKILL', 2_000]])
  if (!(await endProcesses(serversIn([dataFolder]), [['SIGQUIT', 2_000], ['SIGKILL', 2_000]]))) {
    throw new EmbeddedPostgresError(`process ${serversIn([dataFolder])[0]} still uses ${dataFolder} and can not be stopped`)
  }
}

function pidIn (pidFile: string): number {
  try {
    return Math.abs(Number.parseInt(readFileSync(pidFile, 'utf8'), 10)) || 0
  } catch {
    return 0
  }
}

async function exists (file: string): Promise<boolean> {
  return await stat(file).then(() => true, () => false)
}
