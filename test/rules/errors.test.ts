// What is thrown is declared, and what is declared is thrown: read from the sources.
import t from 'tap'
import { readFile } from 'node:fs/promises'
import { plugins } from '../../plugins/index.js'
import { errorCodes } from '../../src/http/error-codes.js'
import { sourceFiles } from './sources.js'

/**
 * `new AppError(404, 'order.not_found', …)`, `{ status: 503, code: 'overloaded', … }`, `brokenRule('order.dates', …)`, which is 422, and
 * `conflict('order.shortage', …)`, which is 409.
 */
const THROWN: ReadonlyArray<[RegExp, (match: RegExpMatchArray) => [string, number]]> = [
  [/(?:new AppError|oauthError)\(\s*(\d{3}),\s*'([a-z][\w.]*)'/g, match => [match[2]!, Number(match[1])]],
  [/status: (\d{3}), code: '([a-z][\w.]*)'/g, match => [match[2]!, Number(match[1])]],
  [/brokenRule\('([a-z][\w.]*)'/g, match => [match[1]!, 422]],
  [/conflict\('([a-z][\w.]*)'/g, match => [match[1]!, 409]]
]
/** Made of a prefix and a reason. */
const COMPOSED = /^webhook\.url_/

t.test('errors', async t => {
  const thrown = new Map<string, Set<string>>()
  const texts = new Map<string, string>()
  for (const file of (await sourceFiles()).filter(file => file.endsWith('.ts') && !file.includes('/web/') && !file.endsWith('error-codes.ts'))) {
    const part = /^plugins\/([^/]+)\//.exec(file)?.[1] ?? '(service)'
    const text = await readFile(file, 'utf8')
    texts.set(part, (texts.get(part) ?? '') + text)
    for (const [pattern, read] of THROWN) {
      for (const match of text.matchAll(pattern)) thrown.set(part, (thrown.get(part) ?? new Set<string>()).add(read(match).join(' ')))
    }
  }
  const declared = new Map<string, Set<string>>()
  for (const { code, status, plugin } of errorCodes(plugins)) {
    if (!COMPOSED.test(code)) declared.set(plugin ?? '(service)', (declared.get(plugin ?? '(service)') ?? new Set<string>()).add(`${code} ${status}`))
  }
  t.ok(thrown.size > 8)
  for (const [part, codes] of thrown) for (const code of codes) t.ok(declared.get(part)?.has(code), `${part} throws ${code}, and declares it`)
  // Some are composed of a code and a status: the code stands in the sources of its plugin.
  for (const [part, codes] of declared) {
    for (const code of codes) t.ok(texts.get(part)?.includes(`'${code.split(' ')[0]!}'`), `${part} declares ${code}, and throws it`)
  }
})

t.test('operations name errors that there are', async t => {
  const known = new Set(errorCodes(plugins).map(({ code }) => code))
  for (const { operations } of plugins) {
    for (const [id, { errors = [] }] of Object.entries(operations)) for (const code of errors) t.ok(known.has(code), `${id}: ${code}`)
  }
})
