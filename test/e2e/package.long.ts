// What `npm pack` makes, installed elsewhere without what only builds, and started there.
import t from 'tap'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataDirectory, PASSWORD, ROOT, run, settings, signIn, stop } from './process.js'

t.test('the package installs with npm ci --omit=dev and starts without a compiler', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'wms-package-'))
  chmodSync(folder, 0o755)
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT })
  t.notOk(existsSync(join(ROOT, 'npm-shrinkwrap.json')), 'the copy of the lock file is gone')
  execFileSync('tar', ['xzf', join(folder, readdirSync(folder).find(file => file.endsWith('.tgz'))!)], { cwd: folder })

  const home = join(folder, 'package')
  const lines = execFileSync('npm', ['ci', '--omit=dev'], { cwd: home, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  t.notMatch(lines, /warn/i)
  const installed = readdirSync(join(home, 'node_modules'))
  for (const tool of ['vite', 'tap', 'eslint', 'playwright-core', '@mantine']) t.notOk(installed.includes(tool), `${tool} only builds`)
  // npm installs these as optional peers of Prisma's client; nothing of them is used.
  for (const peer of ['typescript', 'prisma', 'react']) rmSync(join(home, 'node_modules', peer), { recursive: true, force: true })
  t.notOk(existsSync(join(home, 'src/main.ts')), 'it has no sources')

  const service = run(t, 'npm', ['start'], settings(dataDirectory(t)), home)
  const url = await service.ready()
  t.equal(await signIn(url, PASSWORD), 201)
  const page = await fetch(`${url}/console/`)
  t.equal(page.status, 200)
  t.match(await page.text(), '<script')
  t.equal((await fetch(`${url}/docs/json`)).status, 200)
  t.equal(await stop(service), 0)
})
