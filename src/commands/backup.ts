// `npm run backup -- <new folder>`: the embedded database and its key, also while the service runs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.js'
import { loadConfig } from '../config.js'
import { backUp } from '../embedded-postgres/backup.js'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../embedded-postgres/server.js'
import { findRunningServer } from './running-database.js'

const MB = 1_000_000

/** In it, or in the place outside that it names. */
const hasDatabase = (dataDir: string): boolean => ['postgres/PG_VERSION', 'postgres-place'].some(name => existsSync(join(dataDir, name)))

await runCommand(async ([target]) => {
  const { dataDir, databaseUrl } = loadConfig([])
  if (databaseUrl !== null) {
    throw new EmbeddedPostgresError('DATABASE_URL is set: back that server up with its own means (pg_dump, pg_basebackup), and keep ENCRYPTION_KEY with it.')
  }
  if (target === undefined) throw new EmbeddedPostgresError('Name the folder to make: npm run backup -- /path/to/a/new/folder')
  const running = await findRunningServer(dataDir)
  if (running === null && !hasDatabase(dataDir)) throw new EmbeddedPostgresError(`${dataDir} (DATA_DIR) has no database.`)
  const own = running === null ? await startEmbeddedPostgres({ dataDir, log: () => {} }) : null
  try {
    const { files, bytes } = await backUp(running ?? own!.endpoint, dataDir, target)
    return [
      `Backup of ${dataDir}: ${files} files with ${(bytes / MB).toFixed(1)} MB in ${target}`,
      'It holds the key too: who can read it can read every stored secret. Restore it with: DATA_DIR=<new folder> npm run restore -- <this folder>'
    ]
  } finally {
    await own?.stop()
  }
})
