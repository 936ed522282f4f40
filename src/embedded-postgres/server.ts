// The entry point: starts an embedded PostgreSQL and stops it.
import path from 'node:path'
import { provideBinaries } from './binaries.js'
import { prepareCluster } from './cluster.js'
import { openDataDir, type DataDir } from './data-dir.js'
import { ensureDatabase, ROLE } from './database.js'
import { socketEndpoint, tcpEndpoint, urlOf, type Endpoint } from './endpoint.js'
import { EmbeddedPostgresError, lineOf } from './errors.js'
import { findHome, type Home } from './home.js'
import { clearLeftovers } from './leftovers.js'
import { acquireLock, type Lock } from './lock.js'
import { describeAbandonedPlaces } from './outside-folder.js'
import { protectedEndpoint, setPassword } from './password.js'
import { startPostmaster, type Postmaster } from './postmaster.js'
import { makeRunFolder, plainPathTo, planRunFolder, removeRunFolder, sweepRunFolders } from './run-folder.js'
import { serverArguments } from './settings.js'

export { EmbeddedPostgresError } from './errors.js'
export type { Endpoint } from './endpoint.js'

export interface EmbeddedPostgresOptions {
  /** Holds everything: the data are in `postgres` below it. Made if missing. */
  dataDir: string
  /** Gets what PostgreSQL itself says (`postgres: …`), and what was put right, such as an orphan that was stopped. */
  log: (line: string) => void
  /** Created if missing; `wms` by default. Neither / nor ? nor # can be in it: a URL could not carry them. */
  database?: string
  /** Called once when the server ends without `stop` having been called. */
  onExit?: (reason: string) => void
  /** More settings of PostgreSQL. Those for durability and for the connection can't be changed. */
  settings?: Record<string, string>
  /** Ends a start that is under way and puts everything back; the caller of the start gets its reason as the error. */
  signal?: AbortSignal | undefined
  /** A Unix socket by default, a loopback port with a password on Windows. */
  transport?: 'socket' | 'tcp'
}

export interface EmbeddedPostgres {
  connection: { host: string, port: number, user: string, password?: string, database: string }
  endpoint: Endpoint
  /** The same connection as a URL. */
  url: string
  dataFolder: string
  /** Lines for the terminal at every start: where the data are when they are not in DATA_DIR, and databases that no DATA_DIR leads to. */
  announce: string[]
  /** Ends the server and all of its connections, at most 13 s later, and removes the socket and the lock. May be called again. */
  stop: () => Promise<void>
}

/** The steps that put everything back when a start fails, the last one first. */
class Undo {
  #steps: Array<() => Promise<void> | void> = []

  /** @returns a function that takes the step off the list */
  add (step: () => Promise<void> | void): () => void {
    this.#steps.push(step)
    return () => { this.#steps = this.#steps.filter(other => other !== step) }
  }

  async run (): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch {
        // The error that made the start fail says more than one from clearing up after it.
      }
    }
  }
}

/**
 * Starts the PostgreSQL that comes with this service. A start that fails leaves nothing behind.
 * @throws {EmbeddedPostgresError} with one clear line, when DATA_DIR or the system does not allow it
 */
export async function startEmbeddedPostgres (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const undo = new Undo()
  const { signal = new AbortController().signal } = options
  try {
    return await start(options, undo, signal)
  } catch (error) {
    await undo.run()
    signal.throwIfAborted()
    if (error instanceof EmbeddedPostgresError) throw error
    throw new EmbeddedPostgresError(`the embedded PostgreSQL did not start: ${lineOf(error)}`, { cause: error })
  }
}

async function start (options: EmbeddedPostgresOptions, undo: Undo, signal: AbortSignal): Promise<EmbeddedPostgres> {
  const { log, database = 'wms', settings = {} } = options
  const dataDir = await openDataDir(options.dataDir)
  undo.add(dataDir.discard)
  const lock = await acquireLock(dataDir.folder, signal)
  undo.add(lock.release)
  const { home, runFolder, keepHome, abandoned } = await openHome(dataDir, lock, log, undo)
  const guarded = (options.transport ?? defaultTransport()) === 'socket' && home.user !== undefined
    ? await protectedEndpoint(runFolder, dataDir.folder, home.user)
    : undefined
  const endpoint = guarded ?? (options.transport === 'tcp' || defaultTransport() === 'tcp' ? await tcpEndpoint(home) : socketEndpoint(runFolder))
  const binaries = await provideBinaries(home.user, [path.join(home.folder, 'postgres-binaries'), path.join(runFolder, 'binaries')])
  signal.throwIfAborted()
  const plainHome = await plainPathTo(home.folder, runFolder)
  const dataPath = path.join(plainHome, path.basename(home.dataFolder))
  const args = serverArguments(dataPath, endpoint, settings)
  const isNew = await prepareCluster(home, { plainHome, binaries, endpoint }, signal)
  keepHome()
  if (guarded !== undefined && (isNew || guarded.isNew)) await setPassword(binaries, dataPath, dataDir.folder, { password: guarded.password, user: home.user! })
  const server = await startPostmaster({ program: binaries.postgres, args }, home, log, signal)
  undo.add(server.stop)
  await ensureDatabase(endpoint, database, isNew)
  const stop = supervise(server, async () => {
    await removeRunFolder(runFolder)
    await lock.release()
  }, options.onExit)
  return { ...addressOf(endpoint, database), endpoint, dataFolder: home.dataFolder, announce: [...home.announce, ...abandoned], stop }
}

/** Finds the folders, after which nothing of an earlier run is left in them. */
async function openHome (
  dataDir: DataDir, lock: Lock, log: (line: string) => void, undo: Undo
): Promise<{ home: Home, runFolder: string, keepHome: () => void, abandoned: string[] }> {
  const home = await findHome(dataDir.folder)
  const keepHome = undo.add(home.discard)
  const runFolder = planRunFolder(home.user)
  await lock.note(runFolder)
  undo.add(async () => await removeRunFolder(runFolder))
  await makeRunFolder(runFolder, home.user)
  await clearLeftovers(home, lock, log)
  return { home, runFolder, keepHome, abandoned: await sweep(home, log) }
}

function defaultTransport (): 'socket' | 'tcp' {
  return process.platform === 'win32' ? 'tcp' : 'socket'
}

/** @returns the function that stops the server; whichever way it ends, `cleanUp` follows once */
function supervise (server: Postmaster, cleanUp: () => Promise<void>, onExit?: (reason: string) => void): () => Promise<void> {
  let stopping = false
  const ended = server.ended.then(async reason => {
    // What could not be removed is removed by the next start.
    await cleanUp().catch(() => {})
    if (!stopping) onExit?.(`PostgreSQL ended by itself, ${reason}`)
  })
  return async () => {
    stopping = true
    await server.stop()
    await ended
  }
}

function addressOf (endpoint: Endpoint, database: string): Pick<EmbeddedPostgres, 'connection' | 'url'> {
  const { host, port, password } = endpoint
  const connection = { host, port, user: ROLE, database, ...(password === undefined ? {} : { password }) }
  return { connection, url: urlOf(endpoint, ROLE, database) }
}

/** What other, deleted DATA_DIRs have left is no reason not to start. */
async function sweep ({ user }: Home, log: (line: string) => void): Promise<string[]> {
  try {
    await sweepRunFolders(user)
    return user === undefined ? [] : await describeAbandonedPlaces()
  } catch (error) {
    log(`leftovers of earlier runs could not be looked at: ${lineOf(error)}`)
    return []
  }
}
