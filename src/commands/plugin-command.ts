// `npm run command -- <name> [arguments]`: a program that a plugin brings, on the database of this configuration, wherever that is at the moment.
import { ConfigError, loadConfig, pluginNames, type Config } from '../config.js'
import { loadPlugins } from '../external-plugins.js'
import { startEmbeddedPostgres } from '../embedded-postgres/server.js'
import type { Database } from '../kernel/contract/database.js'
import { openDatabase } from '../platform/database/database.js'
import { plugins as installed } from '../../plugins/index.js'
import { runCommand } from './command.js'
import { findRunningDatabase } from './running-database.js'

async function withDatabase<T> ({ dataDir, databaseUrl }: Config, work: (db: Database) => Promise<T>): Promise<T> {
  const running = databaseUrl ?? await findRunningDatabase(dataDir)
  const own = running === null ? await startEmbeddedPostgres({ dataDir, log: () => {} }) : null
  try {
    const db = await openDatabase({ connection: running ?? own!.url, poolSize: 2, applicationName: 'logistics-wms' })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await own?.stop()
  }
}

await runCommand(async ([name, ...args]) => {
  const plugins = [...installed, ...await loadPlugins(pluginNames())]
  const config = loadConfig(plugins)
  const all = plugins.flatMap(({ id, commands = {} }) => Object.entries(commands).map(([command, manifest]) => ({ id, command, manifest })))
  const found = all.find(({ command }) => command === name)
  if (found === undefined) {
    throw new ConfigError(['Commands of the installed plugins:', ...all.map(({ command, manifest }) => `  ${command}  ${manifest.title}`)])
  }
  return await withDatabase(config, async db => await found.manifest.run({ db, config: config.of[found.id] ?? {}, args }))
})
