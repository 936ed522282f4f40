// The examples of the Integration Guide are run where their language is at hand.
import t, { type Test } from 'tap'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { promisify } from 'node:util'
import ts from 'typescript'
import { buildTestApp } from '../../../src/test-kit/service.js'
import { waitFor } from '../../../src/test-kit/wait.js'

interface Place { url: string, clientId: string, clientSecret: string }
type Snippets = Record<'token' | 'call' | 'write' | 'pages' | 'receive', Record<string, (place: Place) => string>>

const run = promisify(execFile)

/** Out of the sources of the page, which this program does not include. */
async function load (folder: string): Promise<Snippets> {
  const source = await readFile('plugins/console/web/src/integration/guide/snippets.ts', 'utf8')
  const file = join(folder, 'snippets.mjs')
  await writeFile(file, ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText)
  return (await import(file) as { SNIPPETS: Snippets }).SNIPPETS
}

const LANGUAGES: Array<[string, string, string, string[]]> = [['curl', 'bash', 'sh', ['-e']], ['JavaScript', process.execPath, 'mjs', []], ['Python', 'python3',
  'py', []], ['PHP', 'php', 'php', []]]

async function missing (command: string): Promise<string | false> {
  return await run(command, ['--version']).then(() => false as const, () => `${command} is not on this machine`)
}

for (const [language, command, extension, flags] of LANGUAGES) {
  t.test(`${language}: token, first call, write, pages`, { skip: await missing(command) }, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'wms-guide-'))
    t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
    const snippets = await load(folder)
    const wms = await buildTestApp(t)
    const url = await wms.listen()
    const { clientId, clientSecret } = await wms.newClient()
    const place = { url, clientId, clientSecret }
    const file = join(folder, `walk.${extension}`)
    await writeFile(
      file, (['token', 'call', 'write', 'pages'] as const).map(step => snippets[step][language]!(place)).join('\n').replaceAll(/(?<!^)<\?php\n/g, '')
    )
    const { stdout } = await run(command, [...flags, file], { timeout: 60_000 })
    t.match(stdout, /product\.create/, 'the first call says what may be called')
    t.match(stdout, /prd_/, 'the write')
    t.match(stdout, /LANTERN-01/, 'the pages')
  })
}

for (const [language, command, extension] of LANGUAGES.filter(([name]) => name === 'JavaScript' || name === 'Python')) {
  t.test(`${language}: the receiver`, { skip: await missing(command) }, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'wms-guide-'))
    t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
    const snippets = await load(folder)
    const file = join(folder, `receive.${extension}`)
    await writeFile(file, snippets.receive[language]!({ url: '', clientId: '', clientSecret: '' }))
    await receives(t, command, file)
  })
}

async function receives (t: Test, command: string, file: string): Promise<void> {
  const port = 20_000 + process.pid % 20_000
  const child = spawn(command, [file], { env: { ...process.env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => { child.kill('SIGKILL'); await once(child, 'close') })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const body = JSON.stringify({ sequence: 42, type: 'product.created', subject: { id: 'prd_1' } })
  const send = async (password: string): Promise<number> => await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST', body, headers: { authorization: `Basic ${Buffer.from(`user:${password}`).toString('base64')}`, 'webhook-id': 'evt_1' }
  }).then(answer => answer.status, () => 0)
  await waitFor(async () => await send('wrong') === 401, 'the receiver')
  t.equal(await send('password'), 204)
  t.equal(await send('password'), 204)
  await waitFor(() => output.includes('product.created'), 'the event')
  t.equal(output.trim().split('\n').length, 1, 'the same id twice is one event')
}
