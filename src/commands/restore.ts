// `DATA_DIR=<new folder> npm run restore -- <backup>`: puts a backup where the next start finds it.
import { runCommand } from './command.js'
import { loadConfig } from '../config.js'
import { restore } from '../embedded-postgres/backup.js'
import { EmbeddedPostgresError } from '../embedded-postgres/server.js'

await runCommand(async ([source]) => {
  const { dataDir, databaseUrl } = loadConfig([])
  if (databaseUrl !== null) throw new EmbeddedPostgresError('DATABASE_URL is set: a backup of the embedded database can only be restored into DATA_DIR.')
  if (source === undefined) throw new EmbeddedPostgresError('Name the backup: DATA_DIR=<new folder> npm run restore -- /path/to/the/backup')
  const { description, folder } = await restore(source, dataDir)
  return [`The backup of ${description.createdAt} is in ${folder}. Start the service with DATA_DIR=${dataDir}`]
})
