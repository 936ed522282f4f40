// The database server of one test run: ends when its note is removed, or when the runner is gone.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.js'
import { serverFile, serverFolder } from './server-file.js'

const runner = Number(process.argv[2])
const file = serverFile(runner)

function isRunning (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const server = await startEmbeddedPostgres({ dataDir: join(serverFolder(runner), 'data'), log: line => { process.stdout.write(`${line}\n`) } })
writeFileSync(`${file}.new`, server.url, { mode: 0o600 })
renameSync(`${file}.new`, file)
while (existsSync(file) && isRunning(runner)) await new Promise(resolve => setTimeout(resolve, 100))
await server.stop()
rmSync(serverFolder(runner), { recursive: true, force: true })
