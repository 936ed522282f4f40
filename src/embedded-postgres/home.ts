// Where the data is: in DATA_DIR, or in a folder outside.
import { existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.js'
import { canEnter } from './path-checks.js'
import { discardPlace, makePlace, markInitialised, openPlace, placeOf } from './outside-folder.js'
import { userForPostgres, type SystemUser } from './system-user.js'

/** Where PostgreSQL keeps its data: in DATA_DIR, or in a place of its own when its user can't reach that. */
export interface Home {
  folder: string
  dataFolder: string
  /** Undefined: PostgreSQL runs as the user of this process. */
  user: SystemUser | undefined
  /** What an operator has to know to find the data again; nothing when they are in DATA_DIR. */
  announce: string[]
  /** To be called when the folder holds a database for the first time. */
  initialised (): Promise<void>
  /** Removes what was made for a start that failed before there was a database. */
  discard (): Promise<void>
}

/**
 * Decides where the data are. DATA_DIR must be locked by the caller.
 * @throws {EmbeddedPostgresError} when there are data that can't be reached any more
 */
export async function findHome (dataDir: string): Promise<Home> {
  const inDataDir = path.join(dataDir, 'postgres')
  const user = await userForPostgres(inDataDir)
  const place = await placeOf(dataDir)
  if (existsSync(path.join(inDataDir, 'PG_VERSION'))) {
    if (user !== undefined && statSync(inDataDir).uid === 0) {
      throw new EmbeddedPostgresError(`${inDataDir} belongs to root, and PostgreSQL does not run as root; ` +
        `give it to another user (chown -R ${user.name} …)`)
    }
    if (user !== undefined && !canEnter(user, dataDir)) {
      throw new EmbeddedPostgresError(`the user ${user.name} of PostgreSQL can not reach its data in ${inDataDir}; ` +
        'let it pass through the folders above (chmod o+x)')
    }
    return homeIn(dataDir, user)
  }
  if (user === undefined) {
    if (place?.initialised === true) {
      throw new EmbeddedPostgresError(`the database of ${dataDir} was made by root in the place ${place.id}; start the service as root`)
    }
    return homeIn(dataDir, user)
  }
  if (place === undefined && canEnter(user, dataDir)) return homeIn(dataDir, user)
  return await homeInPlace(dataDir, user, place)
}

function homeIn (folder: string, user: SystemUser | undefined): Home {
  const dataFolder = path.join(folder, 'postgres')
  const discard = async (): Promise<void> => {
    if (existsSync(dataFolder)) return
    for (const name of ['postgres-binaries', 'postgres-password']) await rm(path.join(folder, name), { recursive: true, force: true })
  }
  return { folder, dataFolder, user, announce: [], initialised: async () => {}, discard }
}

async function homeInPlace (
  dataDir: string, user: SystemUser, named: { id: string, initialised: boolean } | undefined
): Promise<Home> {
  const opened = named === undefined ? undefined : await openPlace(named.id, dataDir)
  if (opened === undefined && named?.initialised === true) {
    throw new EmbeddedPostgresError(`the database of ${dataDir} was in the place ${named.id}, which is gone; ` +
      `restore it, or delete ${path.join(dataDir, 'postgres-place')} to begin with an empty database`)
  }
  const place = opened ?? await makePlace(dataDir, user)
  // The data of a place have their owner already.
  const owner = await userForPostgres(path.join(place, 'postgres')) ?? user
  return {
    ...homeIn(place, owner),
    announce: [`PostgreSQL runs as ${owner.name}, who can not reach ${dataDir}; its data are in ${place}`],
    initialised: async () => await markInitialised(dataDir, place),
    discard: async () => { if (named?.initialised !== true) await discardPlace(dataDir, place) }
  }
}
