// The process: configuration, service, listening, and a graceful end.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { buildApp, type Service } from './app.js'
import { ConfigError, loadConfig, pluginNames, type Config } from './config.js'
import { loadPlugins, PluginError } from './external-plugins.js'
import { ManifestError } from './kernel/host/catalogue.js'
import { DatabaseStartError } from './platform/database/database.js'
import { EmbeddedPostgresError } from './embedded-postgres/server.js'
import { KeyError } from './platform/runtime/installation-key.js'
import { plugins as installed } from '../plugins/index.js'

/** Supervisors kill after 15 s or later. */
const END_WITHIN_MS = 14_500
/** Ctrl-C reaches this process twice when npm started it: from the terminal and from npm. That is one request, not two. */
const SAME_REQUEST_MS = 500

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const complain = (line: string): void => { process.stderr.write(`${line}\n`) }

/** The service runs but no one can reach it; the message is one line for the terminal. */
class ListenError extends Error {}

/** Aborted when the process is to end: what is still starting goes no further. */
const ending = new AbortController()
let service: Service | null = null
let endingSince: number | null = null

const started = start().catch((error: unknown) => {
  if (error === ending.signal.reason) return
  linesOf(error).forEach(complain)
  process.exit(1)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { onSignal() })
process.on('uncaughtException', onUncaught)
process.on('unhandledRejection', reason => { onFatal(`Unexpected error: ${reason instanceof Error ? reason.stack : String(reason)}`) })

async function start (): Promise<void> {
  const plugins = [...installed, ...await loadPlugins(pluginNames())]
  const config = loadConfig(plugins)
  await probe(config)
  const built = await buildApp({ config, plugins, onFatal, signal: ending.signal })
  service = built
  try {
    if (!ending.signal.aborted) announce(built, config, await built.listen())
  } catch (error) {
    await built.close()
    throw listenError(error, config)
  }
}

/** Reports an address that can't be had before a database is started for nothing. */
async function probe (config: Config): Promise<void> {
  const server = createServer().listen(config.port, config.host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw listenError(error, config)
  }
  server.close()
  await once(server, 'close')
}

function announce ({ host, publicUrl }: Service, config: Config, address: string): void {
  const has = (plugin: string): boolean => host.catalogue.plugin(plugin) !== undefined
  print(`LogisticsWMS API & Webhooks listens at ${address}`)
  if (has('console')) print(`  Console  ${publicUrl()}/console`)
  if (has('docs')) print(`  Swagger  ${publicUrl()}/docs`)
  if (has('external-api')) print(`  API      ${publicUrl()}/api/external/v1`)
  if (!config.roles.includes('worker')) print('  This process has no role "worker": another one must number events and deliver webhooks.')
}

/** Once: finish what runs. Twice: leave at once. */
function onSignal (): void {
  if (endingSince === null) end(0)
  else if (performance.now() - endingSince > SAME_REQUEST_MS) process.exit(1)
}

/** An error of a socket for which nothing listens is the end of one connection, not of the process. Anything else may have left it in any state. */
function onUncaught (error: Error): void {
  const { syscall = '', code = '' } = error as NodeJS.ErrnoException
  const isOfConnection = /^(read|write|writev|shutdown)$/.test(syscall) &&
    /^(EPIPE|ECONNRESET|ECONNABORTED|ENOTCONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code)
  if (isOfConnection) complain(`A connection broke and nothing listened: ${error.stack ?? String(error)}`)
  else onFatal(`Unexpected error: ${error.stack ?? String(error)}`)
}

function onFatal (reason: string): void {
  complain(reason)
  if (endingSince === null) end(1)
}

function end (code: number): void {
  endingSince = performance.now()
  ending.abort()
  setTimeout(() => {
    complain(`The service did not end within ${END_WITHIN_MS / 1000} s and is cut off.`)
    process.exit(1)
  }, END_WITHIN_MS)
  started.then(async () => await service?.close()).then(() => process.exit(code), (error: unknown) => {
    complain(`The service did not end in order: ${error instanceof Error ? error.stack : String(error)}`)
    process.exit(1)
  })
}

/** What an operator reads when the start fails: a line per mistake, a stack only for what no one foresaw. */
function linesOf (error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.lines
  const foreseen = [EmbeddedPostgresError, DatabaseStartError, KeyError, ManifestError, ListenError, PluginError].some(kind => error instanceof kind)
  if (foreseen) return [(error as Error).message]
  return [`The service could not start: ${error instanceof Error ? error.stack : String(error)}`]
}

function listenError (error: unknown, { host, port }: Config): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE': return new ListenError(`PORT ${port} on ${host} is in use by another program; set PORT to a free one, or to 0 to have one picked.`)
    case 'EACCES': return new ListenError(`PORT ${port} may not be used by this user; ports below 1024 need a privilege.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': return new ListenError(`HOST ${host} is not an address of this machine.`)
    default: return error
  }
}
