// `npm test [-- part of a path …]`: all test files on one PostgreSQL, four processes at a time (some wait more than they work). Short files of
// one folder share a process. Ends with the line `N passed, N failed`. A file that says nothing of its tests, hangs or ends with an error counts as failed.
// With `--long` first, the long suites (`*.long.ts`) instead.
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { SERVER_VARIABLE } from '../../src/test-kit/databases.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const AT_A_TIME = 4
const LIMIT_MS = process.argv[2] === '--long' ? 1_800_000 : 300_000
/** Started first, so that the last to end is a short one. */
const LONG = ['rules/', 'e2e/', 'attacks/', 'console/', 'embedded-postgres/']

/** What only looks at the service through its calls is short, and a process for each would load the same modules a hundred times. */
const TOGETHER = /^(plugins\/(?!console\/)[^/]+|kernel|platform\/outbound-http)\//
/** One ends the service in the middle of its work, one has a hook for all of its tests: neither leaves the process as it found it. */
const ALONE = ['plugins/webhooks/close', 'plugins/catalog/policies']
const AT_MOST_TOGETHER = 8

interface Outcome { file: string, passed: number, failed: number, skipped: number, tookMs: number, output: string }

/** Hundreds of databases are made and dropped: in memory that is a tenth of the work. Tests of crashes have servers of their own, on the disk. */
const IN_MEMORY = '/dev/shm'
const ROOM_BYTES = 2 ** 31

const running = new Set<ChildProcess>()

/** Of the sources: what an older build has left in dist is not run. */
function testFiles ([first, ...others]: string[]): string[] {
  const isLong = first === '--long'
  const parts = isLong || first === undefined ? others : [first, ...others]
  const rank = (file: string): number => (LONG.findIndex(part => file.includes(part)) + LONG.length + 1) % (LONG.length + 1)
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(isLong ? '.long.ts' : '.test.ts') && (parts.length === 0 || parts.some(part => file.includes(part))))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

/** Files in their order, those that share a process side by side. */
function groupsOf (files: readonly string[]): string[][] {
  const groups: string[][] = []
  const canShare = (file: string): boolean => TOGETHER.test(file) && !ALONE.some(part => file.includes(part))
  for (const file of files) {
    const last = groups.at(-1)
    const joins = last !== undefined && last.length < AT_MOST_TOGETHER && canShare(file) && canShare(last[0]!) && dirname(file) === dirname(last[0]!)
    if (joins) last.push(file)
    else groups.push([file])
  }
  return groups
}

async function runGroup (group: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const startedAt = performance.now()
  const compiled = group.map(file => file.replace(/\.ts$/, '.js'))
  const program = compiled.length === 1 ? compiled : ['support/together.js', ...compiled]
  const file = group.length === 1 ? group[0]! : `${dirname(group[0]!)}/{${group.map(path => basename(path, '.test.ts')).join(',')}}`
  const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=16', join(ROOT, 'dist/test', program[0]!), ...program.slice(1)], {
    cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  let output = ''
  const keep = (chunk: string): void => { output += chunk }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const limit = setTimeout(() => {
    keep(`\nkilled: not done after ${LIMIT_MS / 1000} s\n`)
    killGroup(child)
  }, LIMIT_MS)
  const code = await new Promise<number | null>(resolve => { child.once('close', resolve) })
  clearTimeout(limit)
  running.delete(child)
  return { file, output, tookMs: performance.now() - startedAt, ...count(output, code) }
}

/** A test file closes with `# { total: 11, pass: 6, fail: 1, skip: 5 }`, from which zeros are left out. */
function count (output: string, code: number | null): Pick<Outcome, 'passed' | 'failed' | 'skipped'> {
  const summary = [...output.matchAll(/^# (\{ total: .*\})$/gm)].at(-1)?.[1]
  const number = (key: string): number => Number(new RegExp(`\\b${key}: (\\d+)`).exec(summary ?? '')?.[1] ?? 0)
  const isWhole = summary !== undefined && code === 0 && number('total') > 0
  return { passed: number('pass'), failed: Math.max(number('fail'), isWhole ? 0 : 1), skipped: number('skip') }
}

function roomInMemory (): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize >= ROOM_BYTES
  } catch {
    return false
  }
}

function killGroup (child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function report (outcome: Outcome): void {
  const { file, passed, failed, skipped, tookMs, output } = outcome
  if (failed > 0) process.stdout.write(`${output}\n`)
  // What does not run here is said with its reason.
  else if (skipped > 0) process.stdout.write(`${output.split('\n').filter(line => line.includes('# SKIP')).join('\n')}\n`)
  process.stdout.write(`${failed > 0 ? 'not ok' : 'ok'} ${file}: ${passed} passed, ${failed} failed, ${(tookMs / 1000).toFixed(1)} s\n`)
}

async function runAll (files: string[], env: NodeJS.ProcessEnv): Promise<Outcome[]> {
  const waiting = groupsOf(files)
  const outcomes: Outcome[] = []
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const outcome = await runGroup(group, env)
      outcomes.push(outcome)
      report(outcome)
    }
  }))
  return outcomes
}

const files = testFiles(process.argv.slice(2))
const folder = mkdtempSync(join(roomInMemory() ? IN_MEMORY : tmpdir(), 'wms-test-run-'))
// Root's PostgreSQL runs as another user, who has to pass through.
chmodSync(folder, 0o711)
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: () => {}, settings: { max_connections: '500', shared_buffers: '256MB' } })
const end = async (): Promise<void> => {
  for (const child of running) killGroup(child)
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { end().finally(() => process.exit(1)) })

const outcomes = await runAll(files, { ...process.env, [SERVER_VARIABLE]: server.url, TAP_TIMEOUT: String(LIMIT_MS / 1000) }).finally(end)
const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0)
const broken = outcomes.filter(outcome => outcome.failed > 0)
if (broken.length > 0) process.stdout.write(`\nfailed: ${broken.map(outcome => outcome.file).join(', ')}\n`)
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}\n`)
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
