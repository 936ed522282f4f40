import t from 'tap'
import { Type } from '@sinclair/typebox'
import { definePlugin, type Plugin } from '../../src/kernel/contract/index.js'
import { createCatalogue, ManifestError } from '../../src/kernel/host/catalogue.js'

const plugin = (manifest: Partial<Plugin> & { id: string }): Plugin => definePlugin({
  title: manifest.id, summary: '-', category: 'Test', requires: [], operations: {}, register () {}, ...manifest
})

function mistakesOf (plugins: Plugin[]): readonly string[] {
  try {
    createCatalogue(plugins)
  } catch (error) {
    if (error instanceof ManifestError) return error.mistakes
    throw error
  }
  return []
}

t.test('plugins load after those that they require, whatever the order of the list', async t => {
  const order = createCatalogue([plugin({ id: 'c', requires: ['b'] }), plugin({ id: 'a' }), plugin({ id: 'b', requires: ['a'] })]).plugins.map(({ id }) => id)
  t.same(order, ['a', 'b', 'c'])
})

t.test('every mistake is listed at once', async t => {
  const schema = Type.Object({}, { $id: 'Same' })
  const mistakes = mistakesOf([
    plugin({ id: 'Bad Id' }),
    plugin({ id: 'twice' }),
    plugin({ id: 'twice' }),
    plugin({ id: 'lonely', requires: ['nowhere'] }),
    plugin({ id: 'egg', requires: ['hen'] }),
    plugin({ id: 'hen', requires: ['egg'] }),
    plugin({ id: 'one', operations: { 'thing.get': { title: '-', access: 'public' }, nodots: { title: '-', access: 'public' } }, schemas: [schema] }),
    plugin({
      id: 'two',
      operations: {
        'thing.get': { title: '-', access: 'operator' },
        'thing.set': { title: '-', access: 'public', settings: Type.Object({ limit: Type.Integer() }) },
        'thing.put': { title: '-', access: 'public', settingsOf: 'thing.none', emits: ['thing.gone'] }
      },
      events: { 'thing.made': { title: '-', data: Type.Object({}), kind: 'fact' } },
      schemas: [Type.Object({}, { $id: 'Same' }), Type.Object({}), Type.Object({}, { $id: 'Problem' })]
    }),
    plugin({ id: 'three', events: { 'thing.made': { title: '-', data: schema, kind: 'fact' } } })
  ])
  for (const expected of [
    'plugin "Bad Id": the id must be kebab-case',
    'plugin "twice" is installed twice',
    'plugin "lonely": requires "nowhere", which is not installed',
    'requires itself: egg → hen → egg',
    'operation "nodots": the id must look like',
    'plugin "two": operation "thing.get" is declared by plugin "one" too',
    'operation "thing.get": access "operator" needs a role',
    'operation "thing.set": setting "limit" needs a default',
    'settingsOf names "thing.none"',
    'emits "thing.gone", which no one declares',
    'plugin "two": event "thing.made": its data needs a schema',
    'plugin "three": event "thing.made" is declared by plugin "two" too',
    'schema "Same" is declared by plugin "one" too',
    'every schema needs an $id',
    'schema "Problem" belongs to the kernel'
  ]) t.ok(mistakes.some(line => line.includes(expected)), `${expected}\n${mistakes.join('\n')}`)
})
