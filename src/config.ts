// The process configuration: environment variables, checked all at once. The only reader of process.env.
import { isIP } from 'node:net'
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
  operatorEmail: string
  /** Null: generated and printed once. */
  operatorPassword: string | null
  /** Tokens that one API client may get within a minute. */
  tokenMintsPerMinute: number
  /** Calls that one API client may make within a minute; 0: no limit. */
  clientCallsPerMinute: number
  /** log2 of scrypt's N. */
  passwordCost: number
  /** Bytes that stay free on the disk of the embedded database; 0: it is not watched. */
  diskReserve: number
  roles: readonly ProcessRole[]
  webhookAllowCidrs: readonly string[]
  trustedProxies: readonly string[]
  logLevel: string
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
const SECRET = /PASSWORD|KEY|DATABASE_URL/
const MIN_PASSWORD = 12
const MAX_PASSWORD = 256

/** Reads one variable: its text, or what it accepts when the text is wrong. Empty text counts as unset. */
type Read = <T>(name: string, fallback: T, accepts: string, parse: (text: string) => T | undefined) => T

/** @throws ConfigError with every mistake */
export function loadConfig (env: NodeJS.ProcessEnv = process.env): Readonly<Config> {
  const lines: string[] = []
  const read: Read = (name, fallback, accepts, parse) => {
    const given = env[name] ?? ''
    const text = given.trim()
    if (text === '') return fallback
    // A space may be part of a password, and of nothing else.
    const value = parse(name.includes('PASSWORD') ? given : text)
    if (value === undefined) lines.push(`${name} must be ${accepts}${SECRET.test(name) ? '' : `; it is ${JSON.stringify(text)}`}.`)
    return value ?? fallback
  }
  const config: Config = {
    host: read('HOST', '127.0.0.1', 'a host name or an IP address', host),
    port: read('PORT', 3000, 'a whole number from 0 to 65535 (0 picks a free port)', text => wholeNumber(text, 0, 65_535)),
    publicUrl: read<string | null>('PUBLIC_URL', null, 'an http or https URL without path and query, such as https://wms.example.com: below a path its pages would not find each other', publicUrl),
    dataDir: read('DATA_DIR', './data', 'a folder', text => text.includes('\0') ? undefined : text),
    databaseUrl: read<string | null>('DATABASE_URL', null, 'a URL such as postgresql://user:password@host:5432/database', databaseUrl),
    databasePoolSize: read('DATABASE_POOL_SIZE', 12, 'a whole number from 4 to 200', text => wholeNumber(text, 4, 200)),
    databaseWaitMs: 1000 * read('DATABASE_WAIT_S', 60, 'a whole number of seconds from 0 to 3600', text => wholeNumber(text, 0, 3600)),
    encryptionKey: read<Buffer | null>('ENCRYPTION_KEY', null, '32 random bytes in base64 (44 characters) or hex (64 characters)', key),
    operatorEmail: read('OPERATOR_EMAIL', 'admin@localhost', 'an e-mail address', text => /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(text) ? text : undefined),
    operatorPassword: read<string | null>('OPERATOR_PASSWORD', null, `${MIN_PASSWORD} to ${MAX_PASSWORD} characters`, text => text.length >= MIN_PASSWORD && text.length <= MAX_PASSWORD ? text : undefined),
    passwordCost: read('PASSWORD_COST', 15, 'a whole number from 14 to 20: each step doubles the time and the memory of a sign-in', text => wholeNumber(text, 14, 20)),
    tokenMintsPerMinute: read('TOKEN_MINTS_PER_MINUTE', 30, 'a whole number from 1 to 100000', text => wholeNumber(text, 1, 100_000)),
    clientCallsPerMinute: read('CLIENT_CALLS_PER_MINUTE', 0, 'a whole number from 0 (no limit) to 10000000', text => wholeNumber(text, 0, 10_000_000)),
    diskReserve: 2 ** 20 * read('DISK_RESERVE_MB', 1024, 'a whole number of megabytes from 0 (not watched) to 1000000000', text => wholeNumber(text, 0, 1_000_000_000)),
    roles: read('ROLES', ROLES, 'api, worker or both, separated by a comma', list(text => ROLES.find(role => role === text))),
    webhookAllowCidrs: read<readonly string[]>('WEBHOOK_ALLOW_CIDRS', [], 'addresses or networks separated by commas, such as 10.1.0.0/16,192.168.7.5', list(cidr)),
    trustedProxies: read<readonly string[]>('TRUSTED_PROXIES', [], 'addresses or networks separated by commas, such as 10.0.0.0/8', list(cidr)),
    logLevel: read('LOG_LEVEL', 'info', `one of ${LOG_LEVELS.join(', ')}`, text => LOG_LEVELS.find(level => level === text))
  }
  lines.push(...missing(env, config))
  if (lines.length > 0) throw new ConfigError(lines)
  return Object.freeze(config)
}

/** What each plugin learns of the process configuration, and nothing else. */
export function slices (config: Config): Readonly<Record<string, object>> {
  return {
    operators: { email: config.operatorEmail, password: config.operatorPassword, passwordCost: config.passwordCost },
    tokens: { mintsPerMinute: config.tokenMintsPerMinute, callsPerMinute: config.clientCallsPerMinute },
    // While the integration is off its deliveries wait.
    webhooks: { heldBy: ['external-api'] }
  }
}

/** What is needed because of another variable. */
function missing (env: NodeJS.ProcessEnv, config: Config): string[] {
  const unset = (name: string): boolean => (env[name]?.trim() ?? '') === ''
  const lines: string[] = []
  if (config.databaseUrl !== null && unset('PUBLIC_URL')) lines.push('PUBLIC_URL must be set when DATABASE_URL is: processes that share a database must agree on it.')
  else if (WILDCARDS.includes(new URL(`http://${isIP(config.host) === 6 ? `[${config.host}]` : config.host}`).hostname) && unset('PUBLIC_URL')) lines.push(`PUBLIC_URL must be set when HOST is ${config.host}: it is the address that callers use.`)
  if (config.databaseUrl !== null && unset('ENCRYPTION_KEY')) lines.push('ENCRYPTION_KEY must be set when DATABASE_URL is: 32 random bytes in base64, e.g. from "openssl rand -base64 32".')
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
