// `npm run attacks`: one line for each of the known attacks, by the test that proves the answer to it.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { SERVER_VARIABLE } from '../../src/test-kit/databases.js'
import { ROWS } from './rows.js'

const TESTS = fileURLToPath(new URL('..', import.meta.url))
const AT_A_TIME = 2
const FILE_LIMIT_MS = 300_000

/** Runs a test file, for at most FILE_LIMIT_MS. @returns whether each of its tests passed, by name; empty when the file itself failed to run */
async function run (file: string, env: NodeJS.ProcessEnv): Promise<Map<string, boolean>> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(TESTS, `${file}.test.js`)], {
    env, stdio: ['ignore', 'pipe', 'ignore'], timeout: FILE_LIMIT_MS
  })
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk)
  const results = new Map<string, boolean>()
  for (const [, not, name = '', skip] of output.matchAll(/^\s*(not )?ok \d+ - (.*?)(?: # (?:time=.*|(SKIP.*)))?$/gm)) {
    results.set(name, not === undefined && skip === undefined)
  }
  process.stderr.write(`${results.size === 0 ? 'FAILED' : 'ran'} ${file}\n`)
  return results
}

const folder = mkdtempSync(join(tmpdir(), 'wms-attacks-'))
// Root's PostgreSQL runs as another user, who has to pass through.
chmodSync(folder, 0o711)
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => {}, settings: { max_connections: '300' } })
const results = new Map<string, Map<string, boolean>>()
try {
  const files = [...new Set(ROWS.flatMap(row => row.length === 3 ? [row[1]] : []))]
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      results.set(file, await run(file, { ...process.env, [SERVER_VARIABLE]: server.url, TAP_TIMEOUT: '300' }))
    }
  }))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

let failed = 0
ROWS.forEach((row, at) => {
  const [attack, file, test] = row
  const found = test === undefined ? [] : [...results.get(file) ?? []].filter(([name]) => name.startsWith(test))
  const outcome = test === undefined ? 'not built yet' : found.length > 0 && found.every(([, passed]) => passed) ? 'answered' : 'FAILED'
  if (outcome === 'FAILED') failed++
  process.stdout.write(`${String(at + 1).padStart(2)} ${outcome.padEnd(13)} ${attack}${test === undefined ? '' : `  (${file}: ${test})`}\n`)
})
process.stdout.write(`\n${ROWS.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
