// What the benchmark runs on: one real PostgreSQL, the service, the limits server and a receiver, each a process of its own but the last.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'
import { caller, expect, type Call } from '../demo/http.js'
import { startService, type ServiceProcess } from '../demo/service.js'
import { OPERATOR, RECEIVER, signIn } from '../demo/setup.js'

export interface Stage {
  db: pg.Pool
  service: ServiceProcess
  limitsUrl: string
  operator: Call
  receiver: { url: string, received: () => number, onEvent: (listener: (envelope: string) => void) => void }
  webhookId: string
  /** Tokens of 20 clients. */
  tokens: string[]
  /** CPU time in ms that a process has used: the service or the limits server. */
  cpuMs: (which: 'service' | 'limits') => Promise<number>
  /** Memory of each process of the service, in MiB. */
  rssMb: () => Promise<number[]>
  close: () => Promise<void>
}

const CLIENTS = 20

/** @param roles of each process of the service; the first one answers the calls */
export async function setStage (roles: readonly [string, ...string[]] = ['api,worker']): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'db'), log: () => {} })
  const environment = {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://127.0.0.1',
    ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
    DATA_DIR: dataDir,
    PORT: '0',
    OPERATOR_EMAIL: OPERATOR.email,
    OPERATOR_PASSWORD: OPERATOR.password,
    WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
    LOG_LEVEL: 'warn'
  }
  const service = await startService({ ...environment, ROLES: roles[0] })
  const others = await Promise.all(roles.slice(1).map(async ROLES => await startService({ ...environment, ROLES })))
  const limits = spawn(process.execPath, [fileURLToPath(new URL('limits.js', import.meta.url)), postgres.url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const limitsUrl = String((await once(limits.stdout, 'data'))[0]).trim()
  const db = new pg.Pool({ connectionString: postgres.url, max: 2, application_name: 'bench' })
  const receiver = await startReceiver()
  const operator = await signIn(() => service.url)
  await expect(200, operator('PATCH', '/api/admin/v1/plugins/external-api', { enabled: true }))
  await expect(200, operator('PATCH', '/api/admin/v1/operations/stock.adjust', { enabled: true }))
  const webhook = await expect(
    201, operator('POST', '/api/admin/v1/webhooks', { name: 'Bench', url: receiver.url, events: ['product.created'], auth: { type: 'basic', ...RECEIVER } })
  )
  return {
    db,
    service,
    limitsUrl,
    operator,
    receiver,
    webhookId: String(webhook['id']),
    tokens: await Promise.all(Array.from({ length: CLIENTS }, async (_, index) => await newToken(operator, service.url, index))),
    cpuMs: async which => which === 'limits' ? await limitsCpuMs(limitsUrl) : await metric(service.url, 'wms_process_cpu_seconds_total') * 1000,
    rssMb: async () => await Promise.all([service, ...others].map(async ({ url }) => await metric(url, 'wms_process_resident_memory_bytes') / 2 ** 20)),
    async close () {
      limits.kill('SIGTERM')
      await db.end()
      for (const process of [...others, service]) await process.stop()
      await receiver.close()
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

async function newToken (operator: Call, base: string, index: number): Promise<string> {
  const created = await expect(201, operator('POST', '/api/admin/v1/clients', { name: `Bench ${index}` }))
  const minted = await expect(200, caller(() => base, () => ({}))('POST', '/api/external/v1/auth/token', {
    client_id: (created['client'] as { clientId: string }).clientId, client_secret: created['clientSecret']
  }))
  return String(minted['access_token'])
}

async function limitsCpuMs (base: string): Promise<number> {
  const { user, system } = await (await fetch(`${base}/cpu`)).json() as { user: number, system: number }
  return (user + system) / 1000
}

async function metric (base: string, name: string): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
}

async function startReceiver (): Promise<Stage['receiver'] & { close: () => Promise<void> }> {
  let received = 0
  let onEvent: ((envelope: string) => void) | null = null
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received++
      onEvent?.(Buffer.concat(chunks).toString())
      response.writeHead(204).end()
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received: () => received,
    onEvent: listener => { onEvent = listener },
    async close () { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
}
