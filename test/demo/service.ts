// The service as a process of its own, started and killed as an operator would.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** The allocator's settings and V8's flags, as the one command in src/start.sh has them. */
const [, settings = '', flags = ''] =
  /^exec env (.*?) \\\n {2}node (.*) dist\/src\/main\.js$/m.exec(readFileSync(fileURLToPath(new URL('../../../src/start.sh', import.meta.url)), 'utf8')) ?? []
const ALLOCATOR = Object.fromEntries(settings.split(' ').map(setting => setting.split('=') as [string, string]))
const FLAGS = flags.split(' ')

export interface ServiceProcess {
  url: string
  /** Everything it printed so far. */
  output: () => string
  stop: () => Promise<number | null>
  kill: () => Promise<void>
}

/**
 * Starts `dist/src/main.js` with this environment and waits until `/health/ready` answers 200.
 * @throws Error with the process's output when it ends first or needs more than 180 s
 */
export async function startService (env: Record<string, string>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [...FLAGS, MAIN], { env: { PATH: process.env['PATH'] ?? '', ...ALLOCATOR, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const collect = (chunk: Buffer): void => { output += chunk.toString() }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const url = await ready(child, () => output)
  return {
    url,
    output: () => output,
    async stop () { child.kill('SIGTERM'); return await ended(child) },
    async kill () { child.kill('SIGKILL'); await ended(child) }
  }
}

async function ready (child: ChildProcess, output: () => string): Promise<string> {
  const until = Date.now() + 180_000
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const url = /https?:\/\/(127\.0\.0\.1|localhost):\d+/.exec(output())?.[0]
    if (url !== undefined && await fetch(`${url}/health/ready`).then(answer => answer.ok, () => false)) return url
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error(`the service did not become ready:\n${output()}`)
}

async function ended (child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}
