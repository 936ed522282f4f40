// A plugin from outside: the example is built and run beside the packed service, elsewhere on the disk, as someone would who has neither's sources.
import t from 'tap'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase, serverUrl, SERVER_VARIABLE } from '../../src/test-kit/databases.js'
import { startReceiver } from '../../src/test-kit/receiver.js'
import { waitFor } from '../../src/test-kit/wait.js'
import { PASSWORD, run, stop } from './process.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SERVICE = 'logistics-wms-api-webhooks'
const outside = mkdtempSync(join(tmpdir(), 'wms-outside-'))
chmodSync(outside, 0o755)
t.teardown(() => { rmSync(outside, { recursive: true, force: true }) })

const modules = join(outside, 'node_modules')
const labels = join(outside, 'return-labels')
const MAIN = join(modules, SERVICE, 'dist/src/main.js')

/** As npm would lay them out: the packed service, what it depends on, and the plugin beside them. */
function install (): void {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', outside], { cwd: ROOT })
  const packed = readdirSync(outside).find(file => file.endsWith('.tgz'))!
  execFileSync('tar', ['xzf', packed], { cwd: outside })
  mkdirSync(modules)
  for (const name of readdirSync(join(ROOT, 'node_modules'))) if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  cpSync(join(outside, 'package'), join(modules, SERVICE), { recursive: true })
  cpSync(join(ROOT, 'examples/return-labels'), labels, { recursive: true })
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', labels], { cwd: labels, stdio: 'pipe' })
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of every shape
type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number, text: string, body: any }>

const callerOf = (url: string, token: string | null): Call => async (method, path, body) => {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  return { status: answer.status, text, body: /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) as unknown : text }
}

install()
const { url: database } = await createDatabase(t)
const env = (more: Record<string, string> = {}): Record<string, string> => ({
  DATABASE_URL: database,
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  PUBLIC_URL: 'http://wms.test',
  PORT: '0',
  OPERATOR_PASSWORD: PASSWORD,
  PASSWORD_COST: '14',
  LOG_LEVEL: 'warn',
  WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
  PLUGINS: labels,
  ...more
})
const signIn = async (url: string): Promise<Call> =>
  callerOf(url, (await callerOf(url, null)('POST', '/api/admin/v1/session', { email: 'admin@localhost', password: PASSWORD })).body.token as string)

t.test('its operation is called with a client\'s token, its event delivered, its call recorded, its setting and its page found', async t => {
  const service = run(t, process.execPath, [MAIN], env({ RETURN_LABELS_CARRIER: 'DHL' }))
  const url = await service.ready()
  const operator = await signIn(url)
  t.equal((await operator('PATCH', '/api/admin/v1/plugins/external-api', { enabled: true })).status, 200)
  const receiver = await startReceiver(t)
  const hook = await operator('POST', '/api/admin/v1/webhooks', {
    name: 'Shop', url: receiver.url, events: ['returnLabel.created'], auth: { type: 'basic', username: 'wms', password: 'twelve letters' }
  })
  t.equal(hook.status, 201, hook.text)
  const made = (await operator('POST', '/api/admin/v1/clients', { name: 'Shop', scopes: ['return-labels:write'] })).body
  const token =
    (await callerOf(url, null)('POST', '/api/external/v1/auth/token', {
      grant_type: 'client_credentials', client_id: made.client.clientId, client_secret: made.clientSecret
    })).body
  const shop = callerOf(url, token.access_token as string)
  t.equal((await operator('PATCH', '/api/admin/v1/operations/returnLabel.create', { settings: { prefix: 'BACK' } })).status, 200)
  const created = await shop('POST', '/api/external/v1/return-labels', { orderRef: 'WEB-1' })
  t.match([created.status, created.body], [201, { number: /^BACK-000001$/, carrier: 'DHL' }], created.text)
  await waitFor(() => receiver.ledger.length === 1, 'the event is delivered')
  t.match(JSON.parse(receiver.ledger[0]!.body), { type: 'returnLabel.created', data: { id: created.body.id } })
  const [row] = (await operator('GET', '/api/admin/v1/audit?operation=returnLabel.create')).body.data
  const record = (await operator('GET', `/api/admin/v1/audit/${row.id as string}`)).body
  t.match(record, { status: 201, responseBody: /"qrCode":"\[redacted\]"/ })
  t.match((await operator('GET', '/api/admin/v1/operations/returnLabel.create')).body, {
    settings: { prefix: 'BACK' }, settingsSchema: { properties: { prefix: {} } }
  })
  t.match((await operator('GET', '/api/admin/v1/plugins/return-labels')).body, { console: { label: 'Return labels', href: '/return-labels' } })
  t.match((await callerOf(url, null)('GET', '/return-labels')).text, /1 so far/)
  t.match((await callerOf(url, null)('GET', '/docs/json')).text, /returnLabel\.reason_missing/)
  t.match((await callerOf(url, null)('GET', '/docs/errors')).text, /id="returnLabel\.not_found"/)
  t.equal(await stop(service), 0)
})

t.test('without it the rest goes on, and its table stays', async t => {
  const service = run(t, process.execPath, [MAIN], env({ PLUGINS: '' }))
  const url = await service.ready()
  const operator = await signIn(url)
  t.equal((await operator('GET', '/api/admin/v1/plugins/return-labels')).status, 404)
  t.equal((await operator('GET', '/api/admin/v1/audit?operation=returnLabel.create')).body.data.length, 1)
  t.equal(await stop(service), 0)
})

const broken = (name: string, code: string): string => {
  const folder = join(outside, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./index.js" }')
  writeFileSync(join(folder, 'index.js'), code)
  return folder
}
const minimal = 'id: \'x\', title: \'X\', summary: \'X.\', category: \'X\', requires: [], operations: {}'
const WRONG: ReadonlyArray<[what: string, plugins: () => string, line: RegExp, more?: Record<string, string>]> = [
  ['a folder that is not there', () => './nowhere', /^PLUGINS: \.\/nowhere is not a folder \(looked for in .*\)\.\n$/],
  ['a package that is not installed', () => 'wms-nowhere', /^PLUGINS: wms-nowhere is not an installed npm package\.\n$/],
  ['another contract', () => broken('newer', `export default { contract: 99, ${minimal}, register () {} }`),
    /^PLUGINS: .*newer is built for contract 99 of this service, which has contract 1: .*\n$/],
  ['no plugin', () => broken('other', 'export const plugin = 1'), /^PLUGINS: .*other has no plugin as its default export: .*\n$/],
  ['one that breaks', () => broken('breaks', 'throw new Error("no luck")'), /^PLUGINS: .*breaks could not be loaded: no luck\.\n$/],
  ['one that needs another', () => broken('needy', `export default { contract: 1, ${minimal.replace('requires: []', 'requires: [\'y\']')}, register () {} }`),
    /^The installed plugins can't be loaded:\n- plugin "x": requires "y", which is not installed\n$/],
  ['a wrong value', () => labels, /^RETURN_LABELS_CARRIER must be the name of a carrier, at most 50 characters; it is "x+"\.\n$/, {
    RETURN_LABELS_CARRIER: 'x'.repeat(51)
  }],
  ['an unknown variable', () => labels, /^RETURN_LABELS_CARIER is not known: plugin return-labels reads RETURN_LABELS_CARRIER\.\n$/, {
    RETURN_LABELS_CARIER: 'x'
  }],
  ['a migration that was changed', () => {
    appendFileSync(join(labels, 'migrations/001_labels.sql'), '-- changed\n')
    return labels
  }, /^Migration 001_labels\.sql of return-labels was changed after it was applied to this database\. .*\n$/]
]
for (const [what, plugins, line, more] of WRONG) {
  t.test(`${what}: one clear line, exit 1`, async t => {
    const service = run(t, process.execPath, [MAIN], env({ PLUGINS: plugins(), ...more }))
    t.equal(await service.ended, 1)
    t.match(service.errors(), line)
  })
}

t.test('its own tests pass on the published test kit', async t => {
  cpSync(join(ROOT, 'examples/return-labels/migrations'), join(labels, 'migrations'), { recursive: true })
  const tests = run(t, process.execPath, [join(labels, 'dist/test/labels.test.js')], { [SERVER_VARIABLE]: await serverUrl(), TAP_TIMEOUT: '120' })
  t.equal(await tests.ended, 0, tests.output())
})
