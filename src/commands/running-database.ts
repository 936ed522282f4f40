// Finds the embedded database of a service that runs, for programs beside it.
import { existsSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { ROLE } from '../embedded-postgres/database.js'
import { socketEndpoint, urlOf, type Endpoint } from '../embedded-postgres/endpoint.js'
import { readPassword } from '../embedded-postgres/password.js'
import { parseIdentity, stateOf } from '../embedded-postgres/processes.js'
import { DatabaseStartError } from '../platform/database/check.js'

/** The service's claim on DATA_DIR; it holds the path of the socket folder. */
const CLAIM = /^postgres-(.+)-[0-9a-f]{8}\.lock$/
const DATABASE = 'wms'
/** Line of postmaster.pid, counted from 0. */
const PORT_LINE = 3

/** @returns the URL of the database that a running service has started in `dataDir`; null when none runs. Errors as in `findRunningServer` */
export async function findRunningDatabase (dataDir: string): Promise<string | null> {
  const endpoint = await findRunningServer(dataDir)
  return endpoint === null ? null : urlOf(endpoint, ROLE, DATABASE)
}

/**
 * @returns how the server that a running service has started in `dataDir` is reached; null when none runs
 * @throws DatabaseStartError when one runs that can't be reached from here
 */
export async function findRunningServer (dataDir: string): Promise<Endpoint | null> {
  const folder = await realpath(dataDir).catch(() => dataDir)
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = parseIdentity(CLAIM.exec(name)?.[1] ?? '')
    if (owner === undefined) continue
    const state = stateOf(owner)
    if (state === 'alive') return await endpointOf(folder, join(folder, name))
    if (state === 'other-namespace') throw new DatabaseStartError(`${folder} seems to be in use by a service in another container; run this there.`)
  }
  return null
}

async function endpointOf (folder: string, claim: string): Promise<Endpoint> {
  const runFolder = await readFile(claim, 'utf8').catch(() => '')
  if (process.platform === 'win32') return await tcpEndpointOf(folder)
  if (!existsSync(join(runFolder, '.s.PGSQL.5432'))) {
    throw new DatabaseStartError(`The service that uses ${folder} is about to start or to stop; try again in a moment.`)
  }
  const password = await readPassword(folder)
  return { ...socketEndpoint(runFolder), ...(password === undefined ? {} : { password }) }
}

async function tcpEndpointOf (folder: string): Promise<Endpoint> {
  const password = await readFile(join(folder, 'postgres-password'), 'utf8')
  const port = Number((await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[PORT_LINE])
  return { host: '127.0.0.1', port, password, settings: {} }
}
