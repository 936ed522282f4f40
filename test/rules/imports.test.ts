// Who may import whom: read from the sources.
import t from 'tap'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { plugins } from '../../plugins/index.js'
import { importsOf, sourceFiles } from './sources.js'

/** A program of its own, for browsers. */
const WEB = 'plugins/console/web/'

const sources = async (): Promise<string[]> => (await sourceFiles()).filter(file => !file.startsWith(WEB))
const imports = async (): Promise<Array<{ file: string, target: string }>> => (await importsOf(await sources())).filter(({ file }) => file.endsWith('.ts'))

t.test('imports point one way', async t => {
  const requires = new Map(plugins.map(plugin => [plugin.id, plugin.requires]))
  const mayImport = (file: string, target: string): boolean => {
    const local = target.startsWith('src/') || target.startsWith('plugins/') || target.startsWith('test/')
    if (!local && target !== '#kernel') return true
    if (target.startsWith('src/generated/')) return file.startsWith('src/platform/') || file.startsWith('src/kernel/')
    if (target.startsWith('test/')) return false
    const within = (...folders: string[]): boolean => folders.some(folder => target.startsWith(folder))
    if (file.startsWith('src/kernel/contract/')) return within('src/kernel/contract/')
    if (file.startsWith('src/kernel/')) return within('src/kernel/')
    if (file.startsWith('src/http/')) return within('src/kernel/', 'src/http/')
    if (file.startsWith('src/platform/')) return within('src/kernel/', 'src/platform/')
    if (file.startsWith('src/embedded-postgres/')) return within('src/embedded-postgres/')
    if (file === 'src/config.ts') return within('src/platform/', 'src/kernel/', 'src/plugin-configuration.ts')
    if (file.startsWith('src/')) return target.startsWith('src/') || target === 'plugins/index.ts'
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

t.test('no import leads back to where it began, types included', async t => {
  const found = await importsOf(await sourceFiles())
  const targets = new Map<string, string[]>()
  for (const { file, target } of found) targets.set(file, [...targets.get(file) ?? [], target === '#kernel' ? 'src/kernel/contract/index.ts' : target])
  t.ok(targets.size > 200)
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      t.fail([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const target of targets.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of targets.keys()) visit(file, [])
})

t.test('what is exported is imported somewhere', async t => {
  const files = [...await sourceFiles(), ...(await readdir('test', { recursive: true })).filter(file => file.endsWith('.ts')).map(file => join('test', file))]
  const texts = new Map(await Promise.all(files.map(async file => [file, await readFile(file, 'utf8')] as const)))
  for (const [file, text] of texts) {
    if (file.startsWith('test/') || file === 'src/kernel/contract/index.ts') continue
    for (const [, name = ''] of text.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm)) {
      const word = new RegExp(`\\b${name}\\b`)
      if (![...texts].some(([other, content]) => other !== file && word.test(content))) t.fail(`${file}: no one imports ${name}`)
    }
  }
})

t.test('what plugins are given is small', async t => {
  const members = async (file: string, name: string): Promise<string[]> => {
    const text = await readFile(file, 'utf8')
    const body = new RegExp(`export interface ${name}(?: extends [\\w, ]+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, member]) => member!)
  }
  const kernel = await members('src/kernel/contract/kernel.ts', 'Kernel')
  t.ok(kernel.length > 10 && kernel.length <= 24, `${kernel.length} members of Kernel: ${kernel.join(', ')}`)
  const tx = [...await members('src/kernel/contract/database.ts', 'Queryable'), ...await members('src/kernel/contract/database.ts', 'Tx')]
  t.ok(tx.length > 3 && tx.length <= 6, `${tx.length} members of Tx: ${tx.join(', ')}`)
})

t.test('inside a plugin: routes → service → store', async t => {
  const forbidden: Array<[RegExp, RegExp]> = [
    [/\/store(\/|\.ts|-)/, /\/(service|routes)(\/|\.ts|-)/],
    [/\/service(\/|\.ts|-)/, /\/routes(\/|\.ts)/],
    [/\/domain\//, /\/(service|store|routes)\//]
  ]
  let checked = 0
  for (const { file, target } of await imports()) {
    if (!file.startsWith('plugins/')) continue
    checked++
    for (const [from, to] of forbidden) if (from.test(file) && to.test(target)) t.fail(`${file} must not import ${target}`)
  }
  t.ok(checked > 50)
})

t.test('kernel and platform name no feature, and only the configuration reads the environment', async t => {
  const words = new RegExp(`['"\`/](${plugins.map(plugin => plugin.id).join('|')})['"\`/]`)
  for (const file of await sources()) {
    const code = (await readFile(file, 'utf8')).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    if (file.startsWith('src/kernel/') || file.startsWith('src/platform/')) t.notMatch(code, words, file)
    if (file.startsWith('src/platform/') || file.startsWith('src/embedded-postgres/')) t.notMatch(code, /plugin|webhook/i, file)
    if (file !== 'src/config.ts' && !file.startsWith('src/test-kit/')) t.notMatch(code, /process\.env/, file)
  }
})

t.test('no file of the sources is above 250 lines', async t => {
  for (const file of await sources()) {
    const lines = (await readFile(file, 'utf8')).split('\n').length - 1
    t.ok(lines <= 250, `${file} has ${lines} lines`)
  }
})
