import t from 'tap'
import { definePlugin, envelopeOf, newId, type SequencedEvent } from '../../src/kernel/contract/index.js'
import { access, things, toyHost } from './toys.js'
import { waitFor } from '../../src/test-kit/wait.js'
import type { PlatformDatabase } from '../../src/platform/database/database.js'

interface EventRow { sequence: number, id: string, subjectId: string, envelope: string }

const log = async (db: PlatformDatabase): Promise<EventRow[]> =>
  (await db.query<EventRow>(`SELECT e.*, ${envelopeOf('e')} AS "envelope" FROM "Event" e ORDER BY "sequence"`)).rows

/** A plugin that only listens. */
function listener (seen: SequencedEvent[][]): ReturnType<typeof definePlugin> {
  return definePlugin({
    id: 'listener',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {},
    register (_, kernel) { kernel.events.onSequenced(async (__, events) => { seen.push([...events]) }) }
  })
}

/** A plugin that lends its handle to the test. */
function emitter (
  lend: (emit: (tx: Parameters<Parameters<PlatformDatabase['transaction']>[0]>[0], subjectId: string, version: number) => Promise<string>) => void
): ReturnType<typeof definePlugin> {
  return definePlugin({
    id: 'emitter',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {},
    register (_, kernel) {
      lend(async (tx, subjectId, version) =>
        kernel.events.emit(tx, 'thing.created', {
          subject: { type: 'thing', id: subjectId, version, externalRef: null }, ownerId: 'own_1', data: { id: subjectId, name: 'é "quoted"', version }
        })
      )
    }
  })
}

t.test('the envelope names subject, actor, call and cause, and carries its number', async t => {
  const seen: SequencedEvent[][] = []
  const { host, db } = await toyHost(t, [access, things(), listener(seen)])
  const answer = await host.app.inject({
    method: 'POST', url: '/api/toy/v1/things', payload: { name: 'x' }, headers: { authorization: 'Toy one', 'x-correlation-id': 'c-1' }
  })
  // A subscriber sees it before it is committed.
  await waitFor(async () => (await log(db)).length === 1, 'the event')
  const [event] = seen[0]!
  const [stored] = await log(db)
  t.match(JSON.parse(stored!.envelope), {
    id: event!.id,
    type: 'thing.created',
    schemaVersion: 1,
    sequence: 1,
    subject: { type: 'thing', id: 'thg_1', version: 1 },
    ownerId: 'own_1',
    actor: { type: 'client', id: 'cli_one', name: 'Toy client' },
    requestId: answer.headers['x-request-id'],
    correlationId: 'c-1',
    causedBy: 'thing.create',
    test: false,
    data: { id: 'thg_1', name: 'x', version: 1 }
  })
})

t.test('numbers have no gap whatever rolls back, and each aggregate keeps its order under concurrency', async t => {
  let emit: (tx: never, subjectId: string, version: number) => Promise<string> = async () => ''
  const { db } = await toyHost(t, [access, things(), emitter(given => { emit = given as never })])
  await db.query('CREATE TABLE "Aggregate" ("id" text PRIMARY KEY, "version" int NOT NULL)')
  const ids = ['a', 'b', 'c']
  for (const id of ids) await db.query('INSERT INTO "Aggregate" VALUES ($1, 0)', [id])
  let committed = 0
  await Promise.all(Array.from({ length: 120 }, async (_, index) => {
    await db.transaction(async tx => {
      const id = ids[index % 3]!
      const { rows } = await tx.query<{ version: number }>('UPDATE "Aggregate" SET "version" = "version" + 1 WHERE "id" = $1 RETURNING "version"', [id])
      await emit(tx as never, id, rows[0]!.version)
      if (index % 7 === 0) throw new Error('rolled back')
    }).then(() => { committed++ }, () => {})
  }))
  await waitFor(async () => (await log(db)).length === committed, 'all events')
  const events = await log(db)
  t.same(events.map(event => event.sequence), events.map((_, index) => index + 1), 'no gap, no repeat')
  for (const id of ids) {
    const versions = events.filter(event => event.subjectId === id).map(event =>
      (JSON.parse(event.envelope) as { subject: { version: number } }).subject.version
    )
    t.same(versions, versions.map((_, index) => index + 1), `versions of ${id} in order`)
  }
})

t.test('a slow transaction with a lower position is numbered when it commits', async t => {
  let emit: (tx: never, subjectId: string, version: number) => Promise<string> = async () => ''
  const { db } = await toyHost(t, [access, things(), emitter(given => { emit = given as never })])
  let release = (): void => {}
  const opened = new Promise<void>(resolve => {
    db.transaction(async tx => {
      await emit(tx as never, 'slow', 1)
      resolve()
      await new Promise<void>(_resolve => { release = _resolve })
    }).catch(() => {})
  })
  await opened
  await db.transaction(async tx => { await emit(tx as never, 'fast', 1) })
  await waitFor(async () => (await log(db)).length === 1, 'the fast one')
  release()
  await waitFor(async () => (await log(db)).length === 2, 'the slow one')
  t.same((await log(db)).map(event => event.subjectId), ['fast', 'slow'])
})

t.test('two processes number together without gaps or repeats, and what a subscriber fails at is tried again', async t => {
  const seen: SequencedEvent[][] = []
  let failures = 3
  const shaky = definePlugin({
    id: 'shaky',
    title: '-',
    summary: '-',
    category: 'Test',
    requires: [],
    operations: {},
    register (_, kernel) {
      kernel.events.onSequenced(async (__, events) => {
        if (failures-- > 0) throw new Error('not now')
        seen.push([...events])
      })
    }
  })
  const one = await toyHost(t, [access, things(), shaky])
  const two = await toyHost(t, [access, things(), shaky], { databaseUrl: one.databaseUrl })
  const total = 60
  await Promise
    .all(Array.from(
      { length: total },
      async (_, index) =>
        await (index % 2 === 0 ? one : two).host.app.inject({
          method: 'POST', url: '/api/toy/v1/things', payload: { name: newId('n').slice(0, 20) }, headers: { authorization: 'Toy one' }
        })
    ))
  await waitFor(() => seen.flat().length === total, 'all events')
  t.same(seen.flat().map(event => event.sequence).sort((a, b) => a - b), Array.from({ length: total }, (_, index) => index + 1))
})

t.test('an event that no one declares is a mistake of the programmer', async t => {
  const { host } = await toyHost(t, [access, things({
    work: async (tx, kernel) => {
      kernel.events.emit(tx, 'thing.gone', { subject: { type: 'thing', id: 'x', version: 1, externalRef: null }, ownerId: 'o', data: {} })
    }
  })])
  t.equal((await host.app.inject({ method: 'POST', url: '/api/toy/v1/things', payload: { name: 'x' }, headers: { authorization: 'Toy one' } })).statusCode, 500)
})
