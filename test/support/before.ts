// Runs before all test files: starts the database server that they share, in a process that `after.ts` ends.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RUNNER, serverFile, serverFolder } from './server-file.js'

const START_MS = 60_000

if (process.env['TEST_DATABASE_URL'] === undefined) {
  const folder = serverFolder(RUNNER)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  // Root's PostgreSQL runs as another user, who has to pass through.
  chmodSync(folder, 0o711)
  const logFile = join(folder, 'server.log')
  const log = openSync(logFile, 'w', 0o600)
  const child = spawn(process.execPath, [fileURLToPath(new URL('server.js', import.meta.url)), String(RUNNER)], { detached: true, stdio: ['ignore', log, log] })
  child.unref()
  for (const until = Date.now() + START_MS; !existsSync(serverFile(RUNNER));) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`the database server of the tests did not start:\n${readFileSync(logFile, 'utf8')}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
