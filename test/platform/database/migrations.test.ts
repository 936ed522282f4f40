// Migrations are applied once, whole or not at all, and only by a program that knows the database.
import t, { type Test } from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Prisma } from '../../../src/generated/prisma/client.js'
import { DatabaseStartError, openDatabase } from '../../../src/platform/database/database.js'
import { migrate } from '../../../src/platform/database/migrations.js'
import { createDatabase, MIGRATIONS, onServer } from '../../../src/test-kit/databases.js'
import { waitFor } from '../../../src/test-kit/wait.js'

const FIRST = { '1_first': 'CREATE TABLE "First" ("id" int PRIMARY KEY);\nINSERT INTO "First" VALUES (1);' }

/** A folder with these migrations. */
function folderOf (t: Test, migrations: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n')
  for (const [name, script] of Object.entries(migrations)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'migration.sql'), script)
  }
  return folder
}

const rows = async (url: string, statement: string): Promise<unknown[]> => await onServer(url, async client => (await client.query(statement)).rows)
const applied = async (url: string): Promise<unknown[]> =>
  (await rows(url, 'SELECT "migration_name" AS "name" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL ORDER BY "started_at"') as Array<
    { name: string }
  >).map(row => row.name)

t.test('what is missing is applied in order and recorded as Prisma does', async t => {
  const { url } = await createDatabase(t)
  await migrate({ connection: url, folder: folderOf(t, FIRST) })
  t.strictSame(await applied(url), ['1_first'])
  await migrate({
    connection: url,
    folder: folderOf(t, { ...FIRST, '2_second': 'ALTER TABLE "First" ADD COLUMN "name" text;', '3_third': 'UPDATE "First" SET "name" = \'x\';' })
  })
  t.strictSame(await applied(url), ['1_first', '2_second', '3_third'])
  t.strictSame(await rows(url, 'SELECT * FROM "First"'), [{ id: 1, name: 'x' }])
  t.strictSame(await rows(url, 'SELECT DISTINCT length("checksum") AS "length", "applied_steps_count" AS "steps", "logs" FROM "_prisma_migrations"'), [{
    length: 64, steps: 1, logs: null
  }])
})

t.test('a script may hold semicolons in functions, texts and comments', async t => {
  const { url } = await createDatabase(t)
  const script = `-- a comment; with a semicolon
    CREATE FUNCTION "twice" (n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n * 2; RETURN n; END $$;
    CREATE TABLE "Text" AS SELECT 'a;b' AS "text";`
  await migrate({ connection: url, folder: folderOf(t, { '1_function': script }) })
  t.strictSame(await rows(url, 'SELECT "twice"(21) AS "answer", "text" FROM "Text"'), [{ answer: 42, text: 'a;b' }])
})

t.test('a script that fails leaves the database as it was, and works once it is put right', async t => {
  const { url } = await createDatabase(t)
  await migrate({ connection: url, folder: folderOf(t, FIRST) })
  const bad = { ...FIRST, '2_good': 'CREATE TABLE "Second" ();', '3_bad': 'CREATE TABLE "Third" ();\nINSERT INTO "Nowhere" VALUES (1);' }
  await t.rejects(migrate({ connection: url, folder: folderOf(t, bad) }), {
    name: 'DatabaseStartError', message: /^Migration 3_bad failed.*relation "Nowhere" does not exist$/
  })
  t.strictSame(await applied(url), ['1_first'])
  t.strictSame(await rows(url, 'SELECT to_regclass(\'"Second"\') AS "second", to_regclass(\'"Third"\') AS "third"'), [{ second: null, third: null }])
  await migrate({ connection: url, folder: folderOf(t, { ...bad, '3_bad': 'CREATE TABLE "Third" ();' }) })
  t.strictSame(await applied(url), ['1_first', '2_good', '3_bad'])
})

t.test('a connection that breaks half-way leaves the database as it was', async t => {
  const { url } = await createDatabase(t)
  const folder = folderOf(t, { ...FIRST, '2_slow': 'SELECT pg_sleep(60);' })
  const migrating = migrate({ connection: url, folder })
  const killed = waitFor(
    async () => (await rows(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE \'SELECT pg_sleep(60)%\'')).length > 0,
    'the slow migration'
  )
  await t.rejects(migrating, DatabaseStartError)
  await killed
  t.strictSame(await rows(url, 'SELECT to_regclass(\'_prisma_migrations\') AS "table", to_regclass(\'"First"\') AS "first"'), [{ table: null, first: null }])
})

t.test('one that is not wanted any more leaves the database as it was, also while it waits for another', async t => {
  const { url } = await createDatabase(t)
  const ending = new AbortController()
  const both = [FIRST, FIRST].map(async first =>
    await migrate({ connection: url, folder: folderOf(t, { ...first, '2_slow': 'SELECT pg_sleep(60);' }), signal: ending.signal })
  )
  const ended = Promise.all(both.map(async migrating => await t.rejects(migrating, { message: 'not any more' })))
  const states = async (): Promise<unknown[]> =>
    await rows(url, 'SELECT "wait_event_type" FROM pg_stat_activity WHERE datname = current_database() AND "wait_event" IN (\'PgSleep\', \'advisory\')')
  await waitFor(async () => (await states()).length === 2, 'one at work and one that waits')
  ending.abort(new Error('not any more'))
  await ended
  await rows(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
  t.strictSame(await rows(url, 'SELECT to_regclass(\'_prisma_migrations\') AS "table", to_regclass(\'"First"\') AS "first"'), [{ table: null, first: null }])
})

t.test('a database that a newer version has used is refused', async t => {
  const { url } = await createDatabase(t)
  await migrate({ connection: url, folder: folderOf(t, { ...FIRST, '2_newer': 'SELECT 1;' }) })
  await t.rejects(migrate({ connection: url, folder: folderOf(t, FIRST) }), { name: 'DatabaseStartError', message: /2_newer.*newer version/ })
})

t.test('a script that was changed after it was applied is refused', async t => {
  const { url } = await createDatabase(t)
  await migrate({ connection: url, folder: folderOf(t, FIRST) })
  const edited = folderOf(t, { '1_first': `${FIRST['1_first']}\nALTER TABLE "First" ADD COLUMN "late" int;` })
  await t.rejects(migrate({ connection: url, folder: edited }), { message: /^Migration 1_first was changed after it was applied to this database\./ })
  await migrate({ connection: url, folder: folderOf(t, FIRST) })
})

t.test('a migration that another program left unfinished is refused', async t => {
  const { url } = await createDatabase(t)
  const folder = folderOf(t, FIRST)
  await migrate({ connection: url, folder })
  await rows(url, 'UPDATE "_prisma_migrations" SET "finished_at" = NULL')
  await t.rejects(migrate({ connection: url, folder }), { name: 'DatabaseStartError', message: /1_first was begun and not finished/ })
})

t.test('a database that holds something else is refused', async t => {
  const { url } = await createDatabase(t)
  await rows(url, 'CREATE TABLE "Foreign" ()')
  await t.rejects(migrate({ connection: url, folder: folderOf(t, FIRST) }), { name: 'DatabaseStartError', message: /not empty/ })
})

t.test('ten processes at once apply each migration once, and all come up', async t => {
  const { url } = await createDatabase(t)
  const program = `const { migrate } = await import(${JSON.stringify(new URL('../../../src/platform/database/migrations.js', import.meta.url).href)})
    await migrate(${JSON.stringify({ connection: url, folder: MIGRATIONS })})`
  const codes = await Promise.all(Array.from({ length: 10 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'inherit', 'inherit'] })
    return (await once(child, 'exit'))[0] as number
  }))
  t.strictSame(codes, Array.from({ length: 10 }, () => 0))
  const [counts] = await rows(url, 'SELECT count(*)::int AS "rows", count(DISTINCT "migration_name")::int AS "names" FROM "_prisma_migrations"') as Array<
    { rows: number, names: number }
  >
  t.ok(counts!.rows > 0)
  t.equal(counts!.rows, counts!.names)
})

t.test('one that waits for another sees no failure in what is still going on', async t => {
  const { url } = await createDatabase(t)
  const folder = folderOf(t, { '1_slow': 'CREATE TABLE "Slow" (); SELECT pg_sleep(0.3);' })
  await Promise.all([migrate({ connection: url, folder }), migrate({ connection: url, folder })])
  t.strictSame(await applied(url), ['1_slow'])
})

t.test('a role with a short statement_timeout can still migrate', async t => {
  const { url } = await createDatabase(t)
  await rows(url, `ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET statement_timeout = '100ms'`)
  await migrate({ connection: url, folder: folderOf(t, { '1_slow': 'SELECT pg_sleep(0.3);' }) })
  t.strictSame(await applied(url), ['1_slow'])
})

t.test('the migrations of this program make the tables and columns of its Prisma models, and no others', async t => {
  const { url } = await createDatabase(t, { migrated: true })
  const columns = await rows(url, `SELECT t.relname || '.' || a.attname AS "name" FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      AND t.relname <> '_prisma_migrations'`) as Array<{ name: string }>
  const enums = Prisma as unknown as Record<string, Record<string, string>>
  const fields = Object.keys(Prisma.ModelName).flatMap(model => Object.keys(enums[`${model}ScalarFieldEnum`]!).map(field => `${model}.${field}`))
  t.strictSame(columns.map(column => column.name).sort(), fields.sort())
})

t.test('every Prisma model can be read', async t => {
  const { url } = await createDatabase(t, { migrated: true })
  const db = await openDatabase({ connection: url, poolSize: 2, applicationName: 'test' })
  t.teardown(async () => await db.close())
  const orm = db.orm as unknown as Record<string, { findFirst: () => Promise<unknown> }>
  for (const model of Object.keys(Prisma.ModelName)) await t.resolves(orm[model[0]!.toLowerCase() + model.slice(1)]!.findFirst(), model)
})
