// What the stack can do at most on this machine: the same server and database without the service. Run as a process of its own.
import fastify from 'fastify'
import pg from 'pg'
import { randomUUID } from 'node:crypto'

const pool = new pg.Pool({ connectionString: process.argv[2]!, max: 12, application_name: 'bench-limits' })
const app = fastify()

app.get('/hello', async () => ({ hello: 'world' }))

app.get<{ Params: { id: string } }>('/product/:id', async request => {
  const { rows } = await pool.query({ name: 'one', text: 'SELECT * FROM "Product" WHERE "id" = $1', values: [request.params.id] })
  return rows[0]
})

app.get<{ Params: { id: string } }>('/page/:id', async request => {
  const { rows } = await pool.query({ name: 'page', text: 'SELECT * FROM "Product" WHERE "id" >= $1 ORDER BY "id" LIMIT 50', values: [request.params.id] })
  return { data: rows }
})

app.post('/insert', async request => {
  await pool.query({ name: 'insert', text: 'INSERT INTO "BenchRow" ("id", "body") VALUES ($1, $2)', values: [randomUUID(), JSON.stringify(request.body)] })
  return { ok: true }
})

app.post<{ Body: { skuKeys: string[] } }>('/query', async request => {
  const { rows } = await pool.query({ name: 'query', text: 'SELECT * FROM "Product" WHERE "skuKey" = ANY ($1::text[])', values: [request.body.skuKeys] })
  return { data: rows }
})

/** One row that everybody wants: each waits for the commit of the one before. */
app.post('/hot', async () => {
  await pool.query({ name: 'hot', text: 'UPDATE "BenchHot" SET "count" = "count" + 1' })
  return { ok: true }
})

app.get('/cpu', async () => process.cpuUsage())

await pool.query('CREATE TABLE IF NOT EXISTS "BenchRow" ("id" text PRIMARY KEY, "body" jsonb NOT NULL, "createdAt" timestamptz NOT NULL DEFAULT now())')
await pool.query('CREATE TABLE IF NOT EXISTS "BenchHot" ("count" bigint NOT NULL)')
await pool.query('INSERT INTO "BenchHot" VALUES (0)')
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
process.on('SIGTERM', () => { app.close().then(async () => await pool.end()).then(() => process.exit(0), () => process.exit(1)) })
