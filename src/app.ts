// The boot order, on one screen. What was opened is closed in reverse, also when a later step fails.
import { fileURLToPath } from 'node:url'
import type { Config } from './config.js'
import { createFoundation } from './foundation.js'
import type { Clock } from './kernel/contract/kernel.js'
import type { Plugin } from './kernel/contract/plugin.js'
import { createHost, type Host } from './kernel/host/host.js'
import { openDatabaseClock } from './platform/database/clock.js'
import { measureBatches } from './kernel/contract/batcher.js'
import { openDatabase, type DatabaseOptions, type PlatformDatabase } from './platform/database/database.js'
import { watchDisk, type Disk, type DiskOptions } from './platform/runtime/disk.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres/server.js'
import { healthRoutes } from './platform/runtime/health.js'
import { createHttpClient } from './platform/outbound-http/client.js'
import { createTargetPolicy } from './platform/outbound-http/policy.js'
import { checkTarget } from './platform/outbound-http/target.js'
import { checkFingerprint, openKeys } from './platform/runtime/installation-key.js'
import { createMetrics, type MetricsRegistry } from './platform/runtime/metrics.js'
import { migrate } from './platform/database/migrations.js'
import { applyScripts } from './platform/database/migration-sets.js'
import { buildSerializer } from './platform/runtime/serializers.js'
import { plugins as installed } from '../plugins/index.js'

export interface AppOptions {
  config: Config
  /** Default: those of plugins/index.ts. */
  plugins?: readonly Plugin[]
  /** Default: the database's. */
  clock?: Clock
  /** The machine's clock, in milliseconds since 1970; it must agree with the database's. */
  systemTime?: () => number
  /** Gets the log, a line of JSON at a time. Default: stdout. */
  logTo?: { write: (line: string) => void }
  /** For lines that an operator must see once. Default: stdout. */
  announce?: (line: string) => void
  /** The embedded database ended by itself: the process can't go on. */
  onFatal?: (reason: string) => void
  /** How long a call waits for a connection and for its row of the audit; tests share a machine that is busier than any of a service. */
  waits?: { connectionMs: number, recordMs: number }
  /** Ends a start that is under way: what was opened is closed, and its reason is the error. Afterwards `close` does that. */
  signal?: AbortSignal | undefined
}

export interface Service {
  host: Host
  db: PlatformDatabase
  /** Listens and returns the address, e.g. `http://127.0.0.1:3000`. */
  listen: () => Promise<string>
  /** Issuer and base of links: PUBLIC_URL, else the address it listens at. */
  publicUrl: () => string
  close: () => Promise<void>
}

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const APPLICATION = 'logistics-wms'

/**
 * Boots everything but the listening socket.
 * @throws ConfigError, EmbeddedPostgresError, DatabaseStartError, ManifestError: each with lines for someone who has never seen the service
 */
export async function buildApp (options: AppOptions): Promise<Service> {
  const { config, signal, plugins = installed } = options
  const closers: Array<() => Promise<void>> = []
  const opened = (closer: () => Promise<void>): void => {
    closers.push(closer)
    signal?.throwIfAborted()
  }
  const close = async (): Promise<void> => { while (closers.length > 0) await closers.pop()!() }
  try {
    const announce = options.announce ?? (line => process.stdout.write(`${line}\n`))
    const keys = await openKeys({ dataDir: config.dataDir, encryptionKey: config.encryptionKey })
    let log = (_: string): void => {}
    const metrics = createMetrics()
    const embedded = config.databaseUrl === null ? await startEmbedded(options, announce, line => { log(line) }, opened) : null
    const connection = config.databaseUrl ?? embedded!.url
    const disk = await watch({ folder: embedded?.dataFolder ?? null, reserve: config.diskReserve, log: announce }, metrics, opened)
    const db = await openDatabase({ ...databaseOptions(options, announce, metrics), connection, embeddedIn: embedded === null ? undefined : config.dataDir })
    opened(async () => await db.close())
    await prepareDatabase(db, { connection, plugins, signal, fingerprint: keys.fingerprint })
    let listensAt: string | null = null
    const databaseClock = await openDatabaseClock(db, options.systemTime)
    const clock = options.clock ?? databaseClock
    const ownPort = (): number | null => listensAt === null ? null : Number(new URL(listensAt).port)
    const policy = createTargetPolicy({ allowCidrs: config.outboundAllowCidrs, listName: 'WEBHOOK_ALLOW_CIDRS', ownPort })
    const http = createHttpClient({ policy, userAgent: `${APPLICATION}/1`, now: () => clock.now().getTime() })
    opened(async () => await http.close())
    let publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`
    const common = { db, secrets: keys.secrets, clock, publicUrl: () => publicUrl }
    const foundation = createFoundation({ ...common, ...settingsOf(options), databaseClock, disk, metrics, serializers: { buildSerializer } })
    const checks = { database: async () => await db.ping(), audit: () => foundation.recording.failure, clock: () => databaseClock.problem }
    const host = await createHost({
      ...common,
      plugins,
      foundation,
      http: { post: async request => await http.post(request), checkTarget: async url => await checkTarget(url, policy) },
      announce,
      metrics,
      config: config.of,
      signal,
      infrastructure: app => { healthRoutes(app, { metrics, log: line => { app.log.warn(line) }, checks }) }
    })
    opened(async () => { db.hurry(); await host.close() })
    // Routine of PostgreSQL's own is worth a line only for operators who ask for more.
    log = line => { host.app.log[line.startsWith('postgres: LOG:') ? 'debug' : 'info'](line) }
    return {
      host,
      db,
      publicUrl: () => publicUrl,
      async listen () {
        // Who starts it says where it listens, for people.
        const address = listensAt = await quietly(host.app.log, async () => await host.app.listen({ host: config.host, port: config.port }))
        if (config.publicUrl === null) publicUrl = address
        return address
      },
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What operators and tests choose of the host's foundation. */
function settingsOf ({ config, waits, logTo }: AppOptions) {
  return {
    recordWithinMs: waits?.recordMs,
    log: { logger: { ...loggerOptions(config), ...(logTo === undefined ? {} : { stream: logTo }) } },
    trustedProxies: config.trustedProxies,
    worker: config.roles.includes('worker')
  }
}

function databaseOptions (
  { config, waits, signal }: AppOptions, log: (line: string) => void, metrics: MetricsRegistry
): Omit<DatabaseOptions, 'connection'> {
  return {
    measure: measureBatches(metrics.forPart('core'), 'commit'),
    poolSize: config.databasePoolSize,
    applicationName: APPLICATION,
    connectTimeoutMs: waits?.connectionMs,
    patience: { waitMs: config.databaseWaitMs, log, signal }
  }
}

interface Prepared { connection: string, plugins: readonly Plugin[], signal: AbortSignal | undefined, fingerprint: string }

/** The project's own tables first: those of plugins may refer to them. */
async function prepareDatabase (db: PlatformDatabase, { connection, plugins, signal, fingerprint }: Prepared): Promise<void> {
  await migrate({ connection, folder: MIGRATIONS, signal })
  await applyScripts({ connection, sets: plugins.flatMap(({ id, migrations }) => migrations === undefined ? [] : [{ name: id, folder: migrations }]), signal })
  await checkFingerprint(db, fingerprint)
}

async function startEmbedded (
  options: AppOptions, announce: (line: string) => void, log: (line: string) => void, opened: (closer: () => Promise<void>) => void
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: options.config.dataDir,
    log,
    onExit: reason => options.onFatal?.(`The embedded database ended by itself: ${reason}`),
    signal: options.signal
  })
  opened(server.stop)
  server.announce.forEach(announce)
  return server
}

async function quietly<T> (log: { level: string }, run: () => Promise<T>): Promise<T> {
  const { level } = log
  log.level = 'warn'
  return await run().finally(() => { log.level = level })
}

async function watch (options: DiskOptions, metrics: MetricsRegistry, opened: (closer: () => Promise<void>) => void): Promise<Disk> {
  const disk = await watchDisk(options)
  opened(async () => { disk.close() })
  metrics.forPart('disk').gauge('free_bytes', 'Space that is left on the disk of the embedded database; NaN elsewhere.', () => disk.freeBytes ?? NaN)
  return disk
}

function loggerOptions (config: Config): { level: string, redact: string[] } {
  return {
    level: config.logLevel,
    // Secrets travel in these; nothing else of a request is logged.
    redact: ['req.headers', 'headers.authorization', 'headers.cookie']
  }
}
