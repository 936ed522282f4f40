// Both kinds of transaction behave alike; sessions, timeouts and lost connections.
import t, { type Test } from 'tap'
import type { Call } from '../../../src/kernel/contract/call.js'
import type { Database, RowWriter, Tx } from '../../../src/kernel/contract/database.js'
import { openDatabase, type DatabaseOptions, type PlatformDatabase } from '../../../src/platform/database/database.js'
import { asDatabaseError } from '../../../src/platform/database/errors.js'
import { waitFor } from '../../../src/test-kit/wait.js'
import { createDatabase, onServer, serverUrl } from '../../../src/test-kit/databases.js'

interface DatabaseError extends Error { code?: string, constraint?: string }

async function open (t: Test, options: Partial<DatabaseOptions> = {}): Promise<PlatformDatabase & { url: string, logged: string[] }> {
  const { url } = await createDatabase(t)
  const logged: string[] = []
  const db = await openDatabase({ connection: url, poolSize: 3, applicationName: 'test', log: line => { logged.push(line) }, ...options })
  t.teardown(async () => await db.close())
  await db
    .query('CREATE TABLE "Thing" ("id" bigserial PRIMARY KEY, "name" text UNIQUE, "quantity" numeric(15,4), "tags" text[], "data" jsonb, "at" timestamptz(3))')
  return Object.assign(db, { url, logged })
}

const names = async (db: Database): Promise<string[]> =>
  (await db.query<{ name: string }>('SELECT "name" FROM "Thing" ORDER BY "id"')).rows.map(row => row.name)

const kinds = {
  pg: (db: Database): Database['transaction'] => db.transaction,
  Prisma: (db: Database): Database['transaction'] => async (work, call) => await db.ormTransaction(work, call)
}

t.test('an established connection that breaks is 08006, whatever the socket says; one that was never made keeps its reason', t => {
  for (const [code, syscall] of [['EPIPE', 'write'], ['ECONNRESET', 'read']]) {
    t.match(asDatabaseError(Object.assign(new Error(code), { code, syscall })), { code: '08006', message: code })
  }
  t.match(asDatabaseError(Object.assign(new Error('x'), { code: 'ECONNREFUSED', syscall: 'connect' })), { code: 'ECONNREFUSED' })
  t.end()
})

/** On a busy machine one may not begin in time; then nothing of it was sent, and its caller repeats it. */
async function begun (db: Database, name: string): Promise<PromiseSettledResult<string>> {
  for (;;) {
    const [outcome] = await appending(db, [name])
    if (outcome!.status === 'fulfilled' || (outcome!.reason as { isUnsent?: boolean }).isUnsent !== true) return outcome!
  }
}

for (const [kind, of] of Object.entries(kinds)) {
  t.test(`a ${kind} transaction`, async t => {
    const db = await open(t)
    const transaction = of(db)

    t.test('takes and gives values in the shapes of the contract', async t => {
      const at = new Date('2026-01-02T03:04:05.678Z')
      const values = ['values', 12.5, ['a', 'b,"c"'], JSON.stringify({ deep: [1, null] }), at]
      const inserted = await transaction(async tx =>
        await tx.query('INSERT INTO "Thing" ("name", "quantity", "tags", "data", "at") VALUES ($1, $2, $3, $4::jsonb, $5)', values)
      )
      t.strictSame(inserted, { rows: [], rowCount: 1 })
      const { rows: [row], rowCount } = await transaction(async tx =>
        await tx.query(
          'SELECT "name", "quantity", "tags", "data", "at", count(*) OVER () AS "count", NULL AS "nothing", true AS "yes", ARRAY[1, 2]::bigint[] AS ' +
            '"numbers", \'2026-05-06\'::date AS "day" FROM "Thing" WHERE "id" = ANY($1) AND "name" = $2 AND $3',
          [[1, 2, 3], 'values', true]
        )
      )
      t.equal(rowCount, 1)
      t.strictSame(row, {
        name: 'values',
        quantity: 12.5,
        tags: ['a', 'b,"c"'],
        data: { deep: [1, null] },
        at,
        count: 1,
        nothing: null,
        yes: true,
        numbers: [1, 2],
        day: '2026-05-06'
      })
    })

    t.test('reports the rows that a statement without an answer changed, and unnests arrays in one statement', async t => {
      await transaction(async tx => {
        const bulk = await tx.query('INSERT INTO "Thing" ("name", "quantity") SELECT * FROM unnest($1::text[], $2::numeric[])', [['bulk-1', 'bulk-2', 'bulk-3'],
          [1, 2.25, null]])
        t.strictSame(bulk, { rows: [], rowCount: 3 })
        t.equal((await tx.query('UPDATE "Thing" SET "quantity" = 0 WHERE "name" LIKE $1', ['bulk-%'])).rowCount, 3)
        const removed = await tx.query('DELETE FROM "Thing" WHERE "name" LIKE \'bulk-%\' RETURNING "name"')
        t.equal(removed.rowCount, 3)
        t.equal(removed.rows.length, 3)
      })
    })

    t.test('prepares a named statement once per connection', async t => {
      const statement = { name: `test-${kind}`, text: 'SELECT $1::int + 1 AS "next"' }
      const prepared = await transaction(async tx => {
        for (const value of [1, 2, 3]) t.strictSame((await tx.query(statement, [value])).rows, [{ next: value + 1 }])
        return await tx.query('SELECT FROM pg_prepared_statements WHERE name = $1', [statement.name])
      })
      t.equal(prepared.rowCount, 1)
    })

    t.test('sends without waiting, in order with what it waits for', async t => {
      const insert = { name: `test-send-${kind}`, text: 'INSERT INTO "Thing" ("name") VALUES ($1)' }
      const seen = await transaction(async tx => {
        tx.send(insert, [`${kind}-1`])
        const { rows } = await tx.query<{ name: string }>('SELECT "name" FROM "Thing" WHERE "name" LIKE $1', [`${kind}-%`])
        tx.send(insert, [`${kind}-2`])
        tx.send(insert, [`${kind}-3`])
        return rows
      })
      t.strictSame(seen, [{ name: `${kind}-1` }])
      t.match((await names(db)).filter(name => name.startsWith(kind)), [`${kind}-1`, `${kind}-2`, `${kind}-3`])
    })

    t.test('fails with what was sent, whether or not a later statement notices', async t => {
      const insert = { name: `test-send-fails-${kind}`, text: 'INSERT INTO "Thing" ("name") VALUES ($1)' }
      const before = await names(db)
      const twice = (tx: Tx): void => {
        tx.send(insert, ['sent'])
        tx.send(insert, ['sent'])
        tx.send(insert, ['after'])
      }
      await t.rejects(
        transaction(async tx => {
          twice(tx)
        }),
        { code: '23505', constraint: 'Thing_name_key' },
        'at the commit'
      )
      await t.rejects(
        transaction(async tx => {
          twice(tx)
          await tx.query('SELECT 1')
        }),
        { code: '23505', constraint: 'Thing_name_key' },
        'at the next statement'
      )
      t.strictSame(await names(db), before)
    })

    t.test('does not pretend that a transaction with a hushed up failure was committed', async t => {
      await t.rejects(transaction(async tx => {
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'hushed\')')
        await tx.query('SELECT 1 / 0').catch(() => {})
      }))
      t.notOk((await names(db)).includes('hushed'))
    })

    t.test('runs its effects in order after the commit and before it returns', async t => {
      const seen: string[] = []
      const result = await transaction(async tx => {
        tx.afterCommit(async () => { seen.push(`first sees ${(await names(db)).includes('effects')}`) })
        tx.afterCommit(() => { seen.push('second') })
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'effects\')')
        return 'result'
      })
      t.equal(result, 'result')
      t.strictSame(seen, ['first sees true', 'second'])
    })

    t.test('commits although an effect fails, runs the others and logs the failure', async t => {
      let ran = false
      await transaction(async tx => {
        tx.afterCommit(() => { throw new Error('broken effect') })
        tx.afterCommit(() => { ran = true })
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'broken effect\')')
      })
      t.ok(ran)
      t.ok((await names(db)).includes('broken effect'))
      t.match(db.logged.join(), 'broken effect')
    })

    t.test('rolls back what its work throws, runs no effect and passes the error on', async t => {
      const failure = new Error('no')
      let ran = false
      await t.rejects(transaction(async tx => {
        tx.afterCommit(() => { ran = true })
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'rolled back\')')
        throw failure
      }), failure)
      t.notOk(ran)
      t.notOk((await names(db)).includes('rolled back'))
    })

    t.test('reports the SQLSTATE and the constraint of a failed statement, and rolls back', async t => {
      const failure = await transaction(async tx => {
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'twice\')')
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'twice\')')
      }).catch((error: DatabaseError) => error)
      t.match(failure, { code: '23505', constraint: 'Thing_name_key' })
      t.notOk((await names(db)).includes('twice'))
    })

    t.test('reports the SQLSTATE of a lock that is taken', async t => {
      await transaction(async tx => {
        await tx.query('SELECT FROM "Thing" WHERE "name" = \'values\' FOR UPDATE')
        const failure = await transaction(async other => await other.query('SELECT FROM "Thing" WHERE "name" = \'values\' FOR UPDATE NOWAIT')).catch((
          error: DatabaseError
        ) => error)
        t.match(failure, { code: '55P03' })
      })
    })

    t.test('reports the end of its connection as 08006 or 57P01 and leaves the pool usable', async t => {
      const failure = await transaction(async tx => {
        const { rows: [row] } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS "pid"')
        await db.query('SELECT pg_terminate_backend($1)', [row!.pid])
        await tx.query('SELECT 1')
      }).catch((error: DatabaseError) => error)
      t.match((failure as DatabaseError).code, /^(08006|57P01)$/)
      await transaction(async tx => t.equal((await tx.query('SELECT 1')).rowCount, 1))
    })

    t.test('takes no statement after its end', async t => {
      let leaked: Tx | null = null
      await transaction(async tx => { leaked = tx })
      await t.rejects((leaked as unknown as Tx).query('SELECT 1'), { code: '25P04' })
    })

    t.test('carries the call, isolates as READ COMMITTED and speaks UTC', async t => {
      const call = { requestId: 'req_1' } as unknown as Call
      await transaction(async tx => {
        t.equal(tx.call, call)
        const { rows } = await tx
          .query(
            'SELECT current_setting(\'transaction_isolation\') AS "isolation", current_setting(\'timezone\') AS "zone", ' +
              'current_setting(\'statement_timeout\') AS "limit", current_setting(\'application_name\') AS "name"'
          )
        t.strictSame(rows, [{ isolation: 'read committed', zone: 'UTC', limit: '10s', name: 'test' }])
      }, call)
      await transaction(async tx => t.equal(tx.call, null))
    })

    t.test('waits for a connection while all are in use', async t => {
      const pids = await Promise.all(Array.from({ length: 12 }, async () =>
        await transaction(async tx =>
          (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS "pid"')).rows[0]!.pid
        )))
      t.ok(new Set(pids).size <= 3)
    })
  })
}

t.test('a Prisma transaction', async t => {
  const { url } = await createDatabase(t, { migrated: true })
  const db = await openDatabase({ connection: url, poolSize: 3, applicationName: 'test' })
  t.teardown(async () => await db.close())
  const owner = { id: 'own_1', code: 'one', name: 'One' }

  t.test('is one transaction for Prisma and for SQL', async t => {
    await db.ormTransaction(async tx => {
      await tx.orm.owner.create({ data: owner })
      t.equal((await tx.query('SELECT FROM "Owner" WHERE "id" = $1', ['own_1'])).rowCount, 1)
      t.equal((await db.query('SELECT FROM "Owner" WHERE "id" = $1', ['own_1'])).rowCount, 0)
      await tx.query('UPDATE "Owner" SET "name" = $1 WHERE "id" = $2', ['Two', 'own_1'])
      t.match(await tx.orm.owner.findUnique({ where: { id: 'own_1' } }), { name: 'Two' })
    })
    t.match(await db.orm.owner.findUnique({ where: { id: 'own_1' } }), { name: 'Two' })
  })

  t.test('keeps transactions apart that run at the same time', async t => {
    const pids = await Promise.all([1, 2, 3].map(async () => await db.ormTransaction(async tx => {
      const { rows: [first] } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS "pid"')
      const [second] = await tx.orm.$queryRaw<Array<{ pid: number }>>`SELECT pg_backend_pid() AS "pid", pg_sleep(0.02)::text`
      t.equal(first!.pid, second!.pid)
      return first!.pid
    })))
    t.equal(new Set(pids).size, 3)
  })

  t.test('reports the SQLSTATE and the constraint of what Prisma reports', async t => {
    const failure = await db.ormTransaction(async tx => await tx.orm.owner.create({ data: { ...owner, id: 'own_2' } })).catch((error: DatabaseError) => error)
    t.match(failure, { code: '23505', constraint: 'Owner_code_key' })
  })
})

for (const [kind, of] of Object.entries(kinds)) {
  t.test(`a ${kind} transaction that takes too long is rolled back, and can't touch anything afterwards`, async t => {
    const db = await open(t, { poolSize: 1, transactionTimeoutMs: 150 })
    let late: Promise<unknown> = Promise.resolve()
    await t.rejects(
      of(db)(async tx => {
        await tx.query('INSERT INTO "Thing" ("name") VALUES (\'early\')')
        late = tx.query('SELECT pg_sleep(0.3)').catch(() => {}).then(async () => await tx.query('INSERT INTO "Thing" ("name") VALUES (\'late\')')).catch((
          error: unknown
        ) => error)
        throw await late
      }),
      { code: '25P04' }
    )
    t.match(await late, { code: '25P04' })
    t.strictSame(await names(db), [])
  })

  t.test(`a statement that a failed ${kind} transaction still has on its way is not run`, async t => {
    const db = await open(t)
    let stray: Promise<unknown> = Promise.resolve()
    await t.rejects(
      of(db)(async tx => {
        stray = tx.query('SELECT pg_sleep(0.05)').then(async () => await tx.query('INSERT INTO "Thing" ("name") VALUES (\'stray\')')).catch((error: unknown) =>
          error
        )
        throw new Error('failed')
      }),
      { message: 'failed' }
    )
    t.match(await stray, { code: '25P04' })
    t.strictSame(await names(db), [])
  })
}

const things: RowWriter<string> = {
  statementOf:
    rows => [{ name: 'test-things', text: 'INSERT INTO "Thing" ("name", "data") SELECT n, to_jsonb(pg_current_xact_id()::text) FROM unnest($1::text[]) AS n' },
      [rows]],
  refuse: error => Object.assign(new Error('refused'), { cause: error })
}
const commits = async (db: Database, like: string): Promise<number> =>
  (await db.query<{ count: number }>('SELECT count(DISTINCT "data")::int AS "count" FROM "Thing" WHERE "name" LIKE $1', [like])).rows[0]!.count
const appending = async (db: Database, names: readonly string[]): Promise<Array<PromiseSettledResult<string>>> =>
  await Promise.allSettled(names.map(async name =>
    await db.transaction(async tx => {
      tx.append(things, name)
      return name
    })
  ))

for (const [kind, of] of Object.entries(kinds)) {
  t.test(`a ${kind} transaction writes what was appended with one statement, after what it asked for`, async t => {
    const db = await open(t)
    const seen = await of(db)(async tx => {
      tx.append(things, 'second')
      await tx.query('INSERT INTO "Thing" ("name") VALUES (\'first\')')
      tx.append(things, 'third')
      return (await tx.query('SELECT FROM "Thing"')).rowCount
    })
    t.equal(seen, 1)
    t.strictSame(await names(db), ['first', 'second', 'third'])
    await t.rejects(of(db)(async tx => { tx.append(things, 'third') }), { message: 'refused', cause: { code: '23505', constraint: 'Thing_name_key' } })
    await t.rejects(of(db)(async tx => { tx.append(things, 'never'); throw new Error('no') }), { message: 'no' })
    await t.rejects(of(db)(async tx => { tx.append(things, 'first'); await tx.written() }), { message: 'refused' })
    t.strictSame(await names(db), ['first', 'second', 'third'])
  })
}

t.test('transactions that only append', async t => {
  const db = await open(t, { poolSize: 6 })

  t.test('share commits, and each returns its own when it is durable', async t => {
    const wanted = Array.from({ length: 200 }, (_, index) => `shared ${index}`)
    t.strictSame(await appending(db, wanted), wanted.map(value => ({ status: 'fulfilled', value })))
    t.strictSame((await names(db)).filter(name => name.startsWith('shared')), wanted, 'in the order in which they came')
    t.ok(await commits(db, 'shared %') <= 10)
  })

  t.test('do not fail for each other', async t => {
    const wanted = ['apart 1', 'shared 7', 'apart 2', 'apart 1', 'apart 3']
    const outcomes = await Promise.all(wanted.map(async name => await begun(db, name)))
    t.match(outcomes.filter(({ status }) => status === 'rejected'), [1, 2].map(() => ({ reason: { message: 'refused', cause: { code: '23505' } } })))
    t.strictSame((await names(db)).filter(name => name.startsWith('apart')).sort(), ['apart 1', 'apart 2', 'apart 3'])
  })

  t.test('do not wait for each other\'s locks', async t => {
    let free = (): void => {}
    const held = new Promise<void>(resolve => { free = resolve })
    let holds = (): void => {}
    const ready = new Promise<void>(resolve => { holds = resolve })
    const holder = db.transaction(async tx => {
      await tx.query('INSERT INTO "Thing" ("name") VALUES (\'held\'), (\'held too\')')
      holds()
      await held
      throw new Error('given up')
    })
    await ready
    const alone = appending(db, ['held'])
    const blocked = appending(db, ['first of all', 'held too', 'free 1', 'free 2'])
    await waitFor(async () => (await names(db)).filter(name => name.startsWith('free')).length === 2, 'the others')
    t.notOk((await names(db)).some(name => name.startsWith('held')))
    free()
    await t.rejects(holder, { message: 'given up' })
    t.strictSame([...await alone, ...await blocked].map(({ status }) => status), Array.from({ length: 5 }, () => 'fulfilled'))
  })

  t.test('are refused when they could not begin in time, and when no statement can be made of their rows', async t => {
    const slow: RowWriter<string> = { statementOf: () => [{ name: 'test-slow', text: 'SELECT pg_sleep(0.8)' }, []] }
    const broken: RowWriter<string> = { statementOf: () => { throw new TypeError('no statement') } }
    const first = db.transaction(async tx => { tx.append(slow, '') })
    await new Promise(resolve => setTimeout(resolve, 50))
    const [late] = await appending(db, ['late'])
    t.match(late, { status: 'rejected', reason: { code: '40001' } }, 'its timestamps would be older than lists allow for')
    await first
    const both = await Promise.allSettled([broken, things].map(async writer => await db.transaction(async tx => { tx.append(writer, 'beside') })))
    t.match(both, [{ status: 'rejected', reason: { message: 'no statement' } }, { status: 'fulfilled' }])
    t.notOk((await names(db)).includes('late'))
    t.ok((await names(db)).includes('beside'))
  })

  t.test('take nothing after their end', async t => {
    let leaked: Tx | null = null
    await db.transaction(async tx => { leaked = tx })
    t.throws(() => { (leaked as unknown as Tx).append(things, 'leaked') }, { code: '25P04' })
  })

  t.test('run their effects, and know when the connection was lost', async t => {
    const seen: boolean[] = []
    await Promise.all([1, 2].map(async number => await db.transaction(async tx => {
      tx.append(things, `effect ${number}`)
      tx.afterCommit(async () => { seen.push((await names(db)).includes(`effect ${number}`)) })
    })))
    t.strictSame(seen, [true, true])
    const suicidal: RowWriter<string> = { statementOf: () => [{ name: 'test-suicide', text: 'SELECT pg_terminate_backend(pg_backend_pid())' }, []] }
    const lost = await Promise.allSettled([things, suicidal, things].map(async (writer, index) =>
      await db.transaction(async tx => {
        tx.append(writer, `lost ${index}`)
      })
    ))
    t.match(lost.at(-1), { status: 'rejected', reason: { code: /^(08006|57P01)$/ } })
    t.notOk((await names(db)).includes('lost 2'), 'what may have been committed is not written again')
    t.strictSame(await appending(db, ['after the loss']), [{ status: 'fulfilled', value: 'after the loss' }])
  })
})

t.test('a connection outside the pool gets notifications and reports its end', async t => {
  const db = await open(t)
  const connection = await db.connect('listen')
  const seen: string[] = []
  connection.on('notification', payload => { seen.push(payload) })
  connection.on('end', () => { seen.push('end') })
  await connection.query('LISTEN "channel"')
  await db.query('SELECT pg_notify(\'channel\', \'hello\')')
  await waitFor(() => seen.includes('hello'), 'the notification')
  const { rows: [row] } = await connection.query<
    { pid: number, name: string }
  >('SELECT pg_backend_pid() AS "pid", current_setting(\'application_name\') AS "name"')
  t.equal(row!.name, 'test listen')
  await db.query('SELECT pg_terminate_backend($1)', [row!.pid])
  await waitFor(() => seen.includes('end'), 'the end of the connection')
  await t.rejects(connection.query('SELECT 1'), { code: '08006' })
  await connection.end()
})

t.test('an idle connection that breaks is logged and replaced', async t => {
  const db = await open(t)
  const { url } = db
  const other = await openDatabase({ connection: url, poolSize: 1, applicationName: 'other' })
  await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \'test\'')
  await waitFor(() => db.logged.length > 0, 'the log line')
  t.match(db.logged[0], /idle database connection broke/)
  t.equal(await db.ping(), null)
  await other.close()
})

t.test('ping says why a database does not answer', async t => {
  const db = await open(t)
  t.equal(await db.ping(), null)
  await onServer(await serverUrl(), async client => await client.query(`DROP DATABASE "${new URL(db.url).pathname.slice(1)}" WITH (FORCE)`))
  t.match(await db.ping(), /^the database does not answer: /)
})
