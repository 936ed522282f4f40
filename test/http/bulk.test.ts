// Faults of a shared transaction, each at its moment: what is surely undone is made again alone, what may be committed is not.
import t from 'tap'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBulk } from '../../src/http/bulk.js'
import type { Database, Tx } from '../../src/kernel/contract/database.js'
import type { BulkOutcome } from '../../src/kernel/contract/writes.js'

const failure = (code: string | undefined): Error => Object.assign(new Error(`database says ${String(code)}`), code === undefined ? {} : { code })
const tx = { send () {} } as unknown as Tx

interface Options {
  later?: string[]
  topicsOf?: (name: string) => string[]
  before?: () => Promise<void>
  work?: (name: string) => BulkOutcome
  commit?: () => Promise<void>
}

/** Sends calls in one tick, and `later` ones while the first transaction is under way. @returns what each came to, and which were made alone */
async function send (
  names: readonly string[], { later = [], topicsOf = name => [name], before = async () => {}, work = () => ({}), commit = async () => {} }: Options
): Promise<{ answers: string[], alone: string[], together: string[][], mostAtATime: number }> {
  const [alone, together] = [[] as string[], [] as string[][]]
  let [atATime, mostAtATime] = [0, 0]
  const db = {
    async transaction (run: (tx: Tx) => Promise<unknown>) {
      mostAtATime = Math.max(mostAtATime, ++atATime)
      await before()
      const result = await run(tx)
      calls.push(...later.splice(0).map(call))
      await commit().finally(() => atATime--)
      return result
    }
  } as unknown as Database
  const shared = createBulk<string>(db, async (_request, _reply, _tx, result) => ({ status: 201, headers: {}, body: JSON.stringify(await result()) }), {
    topicsOf,
    async run (calls) {
      together.push(calls.map(call => call.input))
      return calls.map(call => work(call.input))
    }
  })
  const call = async (name: string): Promise<string> => await shared({
    request: { call: { entities: [{ type: 'ghost', id: name }] } } as unknown as FastifyRequest,
    reply: {} as FastifyReply,
    input: name,
    alone: async () => {
      alone.push(name)
      return { status: 201, headers: {}, body: 'alone' }
    }
  }, 'key').then(answer => answer.body, (error: Error & { code?: string }) => `${error.code ?? ''} ${error.message}`.trim())
  const calls = names.map(call)
  // Those that come later are known when the first are answered.
  await Promise.all(calls)
  return { answers: await Promise.all(calls), alone, together, mostAtATime }
}

const five = ['a', 'b', 'c', 'd', 'e']

t.test('what comes at once shares, up to 24; a single one runs individually', async t => {
  const { answers, alone, together } = await send(five, { work: name => ({ body: name }) })
  t.same([alone, together], [[], [five]])
  t.same(answers, five.map(name => JSON.stringify({ body: name })))
  t.same((await send(Array.from({ length: 50 }, (_, at) => `call-${at}`), {})).together.map(calls => calls.length), [24, 24, 2])
  t.same((await send(['a'], {})).alone, ['a'])
})

t.test('while some are under way the next are queued; a second transaction begins beside them for 18, or when they take long', async t => {
  const few = ['f', 'g', 'h']
  const many = Array.from({ length: 18 }, (_, at) => `call-${at}`)
  const takes = (ms: number) => async () => { await new Promise(resolve => setTimeout(resolve, ms)) }
  t.match(await send(five, { later: [...few], commit: takes(20) }), { together: [five, few], mostAtATime: 1, answers: { length: 8 } })
  t.match(await send(five, { later: [...many], commit: takes(20) }), { together: [five, many], mostAtATime: 2, answers: { length: 23 } })
  t.match(await send(five, { later: [...few], commit: takes(400) }), { together: [five, few], mostAtATime: 2, answers: { length: 8 } })
})

t.test('calls about one thing are never under way in two transactions, and go in their order', async t => {
  const names = Array.from({ length: 40 }, (_, at) => at % 2 === 0 ? `hot-${at}` : `cold-${at}`)
  const topicsOf = (name: string): string[] => name.startsWith('hot') ? ['hot'] : [name]
  let [hot, most] = [0, 0]
  const { together } = await send(names, {
    topicsOf,
    work: name => {
      if (name.startsWith('hot')) most = Math.max(most, ++hot)
      return {}
    },
    commit: async () => {
      await new Promise(resolve => setTimeout(resolve, 20))
      hot = 0
    }
  })
  t.same(together.map(calls => calls.length), [24, 8, 8], 'first 24, beside them what has nothing to do with them, then the rest')
  t.ok(together[1]!.every(name => name.startsWith('cold')))
  t.equal(most, 12)
  t.same(together.flat().filter(name => name.startsWith('hot')), names.filter(name => name.startsWith('hot')))
})

t.test('a refusal is its own, and who is put off is made alone', async t => {
  const { answers, alone } = await send(five, { work: name => name === 'c' ? failure('refused') : name === 'd' ? 'alone' : {} })
  t.same(answers, ['{}', '{}', 'refused database says refused', 'alone', '{}'])
  t.same(alone, ['d'])
})

for (const code of ['23505', '22001', '40001', '40P01', '55P03']) {
  t.test(`${code} at the commit: surely undone, each is made alone`, async t => {
    const { answers, alone } = await send(five, { commit: async () => { throw failure(code) } })
    t.same([answers, alone], [five.map(() => 'alone'), five])
  })
}

for (const code of ['08006', '57P01', '25P04', 'ERR_SSL_SOMETHING', undefined]) {
  t.test(`${code ?? 'an error without code'} at the commit: it may have been made, so it is not made again`, async t => {
    const { answers, alone } = await send(five, { commit: async () => { throw failure(code) } })
    t.same(answers, five.map(() => `${code ?? ''} ${failure(code).message}`.trim()))
    t.same(alone, [])
  })
}

t.test('any error before the decision: nothing was made, each is made alone', async t => {
  for (const code of ['08006', '57014', undefined]) {
    const { alone } = await send(five, { before: async () => { throw failure(code) } })
    t.same(alone, five)
  }
})

t.test('who waits too long gets a transaction of its own, and nothing is done twice', async t => {
  const { answers, alone, together } = await send(Array.from({ length: 60 }, (_, at) => `call-${at}`), {
    before: async () => await new Promise(resolve => setTimeout(resolve, 2_100))
  })
  t.equal(together.flat().length, 48)
  t.equal(alone.length, 12)
  t.notOk(answers.some(answer => answer.startsWith('40001')), answers.join())
})
