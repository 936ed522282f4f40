// The process configuration: environment variables, checked all at once. The only reader of process.env.
import { isIP } from 'node:net'
import { readConfigurations, type PluginConfigurations } from './plugin-configuration.js'
import type { PluginManifest } from './kernel/contract/manifest.js'
import { parseCidr } from './platform/outbound-http/policy.js'

type ProcessRole = 'api' | 'worker'

export interface Config {
  host: string
  /** 0 picks a free one. */
  port: number
  /** Without a trailing slash; null: the address it listens at. */
  publicUrl: string | null
  dataDir: string
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null
  databasePoolSize: number
  /** For how long a start waits for a database that can't be reached yet. */
  databaseWaitMs: number
  /** 32 bytes; null: kept in `dataDir`. */
  encryptionKey: Buffer | null
  /** Bytes that stay free on the disk of the embedded database; 0: it is not watched. */
  diskReserve: number
  roles: readonly ProcessRole[]
  /** Addresses that outgoing calls may reach although they are not public. */
  outboundAllowCidrs: readonly string[]
  trustedProxies: readonly string[]
  logLevel: string
  /** Of each plugin, by its id. */
  of: PluginConfigurations
}

/** What is wrong with the environment: one line per mistake, naming the variable and what it accepts. */
export class ConfigError extends Error {
  readonly lines: readonly string[]

  constructor (lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'ConfigError'
    this.lines = lines
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const ROLES: readonly ProcessRole[] = ['api', 'worker']
/** As `URL` writes them, whichever way they were spelt (`0`, `::0`). */
const WILDCARDS = ['0.0.0.0', '[::]']
/** Variables whose value is not repeated on the terminal. */
const SECRET = /KEY|DATABASE_URL/

/** Reads one variable: its text, or what it accepts when the text is wrong. Empty text counts as unset. */
type Read = <T>(name: string, fallback: T, accepts: string, parse: (text: string) => T | undefined) => T

/** Folders and packages of plugins that are not part of this project. */
export const pluginNames = (env: NodeJS.ProcessEnv = process.env): string[] =>
  (env['PLUGINS'] ?? '').split(',').map(name => name.trim()).filter(name => name !== '')

/**
 * @param plugins all that are installed: their variables are read too
 * @throws ConfigError with every mistake
 */
export function loadConfig (plugins: readonly PluginManifest[], env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const { values, lines } = readConfigurations(plugins, env)
  const read: Read = (name, fallback, accepts, parse) => {
    const text = (env[name] ?? '').trim()
    if (text === '') return fallback
    const value = parse(text)
    if (value === undefined) lines.push(`${name} must be ${accepts}${SECRET.test(name) ? '' : `; it is ${JSON.stringify(text)}`}.`)
    return value ?? fallback
  }
  const config: Config = {
    host: read('HOST', '127.0.0.1', 'a host name or an IP address', host),
    port: read('PORT', 3000, 'a whole number from 0 to 65535 (0 picks a free port)', text => wholeNumber(text, 0, 65_535)),
    publicUrl: read<string | null>(
      'PUBLIC_URL',
      null,
      'an http or https URL without path and query, such as https://wms.example.com: below a path its pages would not find each other',
      publicUrl
    ),
    dataDir: read('DATA_DIR', './data', 'a folder', text => text.includes('\0') ? undefined : text),
    databaseUrl: read<string | null>('DATABASE_URL', null, 'a URL such as postgresql://user:password@host:5432/database', databaseUrl),
    databasePoolSize: read('DATABASE_POOL_SIZE', 12, 'a whole number from 4 to 200', text => wholeNumber(text, 4, 200)),
    databaseWaitMs: 1000 * read('DATABASE_WAIT_S', 60, 'a whole number of seconds from 0 to 3600', text => wholeNumber(text, 0, 3600)),
    encryptionKey: read<Buffer | null>('ENCRYPTION_KEY', null, '32 random bytes in base64 (44 characters) or hex (64 characters)', key),
    diskReserve: 2 ** 20 *
      read('DISK_RESERVE_MB', 1024, 'a whole number of megabytes from 0 (not watched) to 1000000000', text => wholeNumber(text, 0, 1_000_000_000)),
    roles: read('ROLES', ROLES, 'api, worker or both, separated by a comma', list(text => ROLES.find(role => role === text))),
    outboundAllowCidrs: read<readonly string[]>(
      'WEBHOOK_ALLOW_CIDRS', [], 'addresses or networks separated by commas, such as 10.1.0.0/16,192.168.7.5', list(cidr)
    ),
    trustedProxies: read<readonly string[]>('TRUSTED_PROXIES', [], 'addresses or networks separated by commas, such as 10.0.0.0/8', list(cidr)),
    logLevel: read('LOG_LEVEL', 'info', `one of ${LOG_LEVELS.join(', ')}`, text => LOG_LEVELS.find(level => level === text)),
    of: values
  }
  lines.push(...missing(env, config))
  if (lines.length > 0) throw new ConfigError(lines)
  return Object.freeze(config)
}

/** What is needed because of another variable. */
function missing (env: NodeJS.ProcessEnv, config: Config): string[] {
  const unset = (name: string): boolean => (env[name]?.trim() ?? '') === ''
  const lines: string[] = []
  if (config.databaseUrl !== null && unset('PUBLIC_URL')) {
    lines.push('PUBLIC_URL must be set when DATABASE_URL is: processes that share a database must agree on it.')
  } else if (WILDCARDS.includes(new URL(`http://${isIP(config.host) === 6 ? `[${config.host}]` : config.host}`).hostname) && unset('PUBLIC_URL')) {
    lines.push(`PUBLIC_URL must be set when HOST is ${config.host}: it is the address that callers use.`)
  }
  if (config.databaseUrl !== null && unset('ENCRYPTION_KEY')) {
    lines.push('ENCRYPTION_KEY must be set when DATABASE_URL is: 32 random bytes in base64, e.g. from "openssl rand -base64 32".')
  }
  return lines
}

function host (text: string): string | undefined {
  const plain = text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(plain) !== 0) return plain
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) && URL.canParse(`http://${text}`) ? text : undefined
}

function wholeNumber (text: string, min: number, max: number): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined
}

function publicUrl (text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, search, hash, origin, pathname } = new URL(text)
  if (!/^https?:$/.test(protocol) || username !== '' || search !== '' || hash !== '' || pathname !== '/') return undefined
  return origin
}

function databaseUrl (text: string): string | undefined {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) ? text : undefined
}

function key (text: string): Buffer | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined
  return bytes?.length === 32 ? bytes : undefined
}

function cidr (text: string): string | undefined {
  try {
    parseCidr(isIP(text) === 4 ? `${text}/32` : isIP(text) === 6 ? `${text}/128` : text)
    return text
  } catch {
    return undefined
  }
}

const list = <T>(parse: (text: string) => T | undefined) => (text: string): readonly T[] | undefined => {
  const items = text.split(',').map(item => item.trim()).filter(item => item !== '').map(parse)
  return items.length > 0 && items.every(item => item !== undefined) ? items as T[] : undefined
}
