// Who may import whom: read from the sources.
import t from 'tap'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { plugins } from '../../plugins/index.js'

/** A program of its own, for browsers. */
const WEB = 'plugins/console/web/'

interface Import { file: string, target: string }

async function sources (): Promise<string[]> {
  const files = await Promise.all(['src', 'plugins'].map(async root => (await readdir(root, { recursive: true })).map(file => join(root, file))))
  return files.flat().filter(file => file.endsWith('.ts') && !file.includes('generated') && !file.startsWith(WEB))
}

async function imports (): Promise<Import[]> {
  const all = await Promise.all((await sources()).map(async file => {
    const text = await readFile(file, 'utf8')
    return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, specifier]) => {
      const target = specifier!.startsWith('.') ? relative('.', normalize(join(dirname(file), specifier!))).replace(/\.js$/, '.ts') : specifier!
      return { file, target }
    })
  }))
  return all.flat()
}

t.test('imports point one way', async t => {
  const requires = new Map(plugins.map(plugin => [plugin.id, plugin.requires]))
  const mayImport = (file: string, target: string): boolean => {
    const local = target.startsWith('src/') || target.startsWith('plugins/') || target.startsWith('test/')
    if (!local && target !== '#kernel') return true
    if (target.startsWith('src/generated/')) return file.startsWith('src/platform/') || file.startsWith('src/kernel/')
    if (target.startsWith('test/')) return false
    if (file.startsWith('src/kernel/')) return target.startsWith('src/kernel/')
    if (file.startsWith('src/http/')) return target.startsWith('src/kernel/') || target.startsWith('src/http/')
    if (file.startsWith('src/platform/')) return target.startsWith('src/kernel/') || target.startsWith('src/platform/')
    if (file === 'src/config.ts') return target.startsWith('src/platform/') || target.startsWith('src/kernel/')
    if (file.startsWith('src/')) return true
    const [, plugin = ''] = file.split('/')
    if (file === 'plugins/index.ts') return target === '#kernel' || /^plugins\/[a-z-]+\/plugin\.ts$/.test(target)
    if (target === '#kernel' || target.startsWith(`plugins/${plugin}/`)) return true
    const other = /^plugins\/([a-z-]+)\/public\.ts$/.exec(target)?.[1]
    return other !== undefined && requires.get(plugin)?.includes(other) === true
  }
  for (const { file, target } of await imports()) if (!mayImport(file, target)) t.fail(`${file} must not import ${target}`)
  t.ok(plugins.length > 0)
})

t.test('the web page takes nothing of the server but types, and those from schemas', async t => {
  const files = (await readdir(WEB, { recursive: true })).filter(file => /\.tsx?$/.test(file))
  t.ok(files.length > 20)
  for (const file of files) {
    const text = await readFile(join(WEB, file), 'utf8')
    for (const [statement, specifier] of text.matchAll(/^import .*? from '([^']+)'/gms)) {
      if (!specifier!.startsWith('.')) continue
      const target = relative('.', normalize(join(WEB, dirname(file), specifier!)))
      if (!target.startsWith(WEB)) t.ok(/^import type /.test(statement) && /\/schemas(\/[a-z-]+)?\.js$/.test(target), `${file} takes ${target}`)
    }
  }
})

t.test('inside a plugin: routes → service → store', async t => {
  const forbidden: Array<[RegExp, RegExp]> = [
    [/\/store(\/|\.ts|-)/, /\/(service|routes)(\/|\.ts|-)/],
    [/\/service(\/|\.ts|-)/, /\/routes(\/|\.ts)/]
  ]
  let checked = 0
  for (const { file, target } of await imports()) {
    if (!file.startsWith('plugins/')) continue
    checked++
    for (const [from, to] of forbidden) if (from.test(file) && to.test(target)) t.fail(`${file} must not import ${target}`)
  }
  t.ok(checked > 50)
})

t.test('the kernel names no feature, and only the configuration reads the environment', async t => {
  const words = new RegExp(`['"\`/](${plugins.map(plugin => plugin.id).join('|')})['"\`/]`)
  for (const file of await sources()) {
    const code = (await readFile(file, 'utf8')).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    if (file.startsWith('src/kernel/')) t.notMatch(code, words, file)
    if (file !== 'src/config.ts') t.notMatch(code, /process\.env/, file)
  }
})

t.test('no file of the sources is above 250 lines', async t => {
  for (const file of await sources()) {
    const lines = (await readFile(file, 'utf8')).split('\n').length - 1
    t.ok(lines <= 250, `${file} has ${lines} lines`)
  }
})
