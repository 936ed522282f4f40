// Signals of the operating system to processes of PostgreSQL.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { packageFolder } from './package.js'

const run = promisify(execFile)

/** Sends a signal to a PostgreSQL process; one that is gone is no error. */
export async function signalServer (pid: number, signal: NodeJS.Signals): Promise<void> {
  try {
    // Windows has no signals: Node would end the process without letting it write, pg_ctl asks it through its pipe.
    if (process.platform === 'win32' && signal !== 'SIGKILL') {
      await run(path.join(packageFolder(), 'native', 'bin', 'pg_ctl.exe'), ['kill', signal.replace('SIG', ''), String(pid)])
    } else {
      process.kill(pid, signal)
    }
  } catch {
    // Whether it is gone is asked of the operating system afterwards.
  }
}
