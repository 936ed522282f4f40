// Runs after all test files: ends the database server that `before.ts` has started.
import { existsSync, rmSync } from 'node:fs'
import { RUNNER, serverFile, serverFolder } from './server-file.js'

const STOP_MS = 20_000

rmSync(serverFile(RUNNER), { force: true })
for (const until = Date.now() + STOP_MS; existsSync(serverFolder(RUNNER)) && Date.now() < until;) await new Promise(resolve => setTimeout(resolve, 20))
