// Settings of the server, for durability and for the memory of the machine.
import { totalmem } from 'node:os'
import { EmbeddedPostgresError } from './errors.js'
import type { Endpoint } from './endpoint.js'

const MB = 2 ** 20
/** What this process may use: a container's limit, else the machine's memory. */
const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity)
/** An eighth for its own cache, at least PostgreSQL's default: reads by chance in a million products stay in memory. Untouched, it costs nothing. */
const sharedBuffersMb = Math.min(2048, Math.max(128, Math.floor(memory / 8 / MB)))

const DEFAULTS: Record<string, string> = {
  shared_buffers: `${sharedBuffersMb}MB`,
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  cluster_name: 'logistics-wms',
  // A failed statement is the caller's to report; its values do not belong into a log. LOG and above are what happens to the server.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // The reader of the lines has a clock.
  log_line_prefix: '',
  log_checkpoints: 'off',
  logging_collector: 'off'
}

/** What a committed transaction is worth; no test or demo runs without it. */
const DURABLE: Record<string, string> = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }

const OWNED = new Set([
  ...Object.keys(DURABLE), 'port', 'listen_addresses', 'unix_socket_directories', 'unix_socket_permissions',
  'data_directory', 'hba_file', 'ident_file', 'config_file', 'external_pid_file', 'log_destination', 'logging_collector'
])

/**
 * @returns the command line of the server, in which nothing depends on files that someone may have edited
 * @throws {EmbeddedPostgresError} for a setting that is not the caller's to choose
 */
export function serverArguments (dataPath: string, endpoint: Endpoint, chosen: Record<string, string>): string[] {
  for (const name of Object.keys(chosen)) {
    if (!/^[a-z_][a-z0-9_.]*$/.test(name) || OWNED.has(name)) {
      throw new EmbeddedPostgresError(`the setting ${name} of the embedded PostgreSQL can not be changed`)
    }
  }
  const settings = { ...DEFAULTS, ...chosen, ...DURABLE, ...endpoint.settings }
  return ['-D', dataPath, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
