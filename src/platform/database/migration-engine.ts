// Prisma's schema engine as WebAssembly, over one `pg` connection: nothing is downloaded, nothing native is run.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type pg from 'pg'
import { DatabaseStartError } from './check.js'

/**
 * Applies those of the migrations that `_prisma_migrations` does not have, and records them there.
 * @param pool of one connection, inside a transaction
 * @throws DatabaseStartError for a script that PostgreSQL refuses; whatever the engine throws
 */
export async function applyMigrations (pool: pg.Pool, folder: string, names: readonly string[]): Promise<void> {
  const { SchemaEngine } = await (loaded ??= loadEngine())
  const scripts = new Map<string, string>()
  for (const name of names) scripts.set(name, await readFile(join(folder, name, 'migration.sql'), 'utf8'))
  const adapter = new WholeScripts(pool)
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
  try {
    await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: { path: 'migration_lock.toml', content: await readFile(join(folder, 'migration_lock.toml'), 'utf8').catch(() => null) },
        shadowDbInitScript: '',
        migrationDirectories: [...scripts].map(([path, value]) => ({ path, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } }))
      },
      filters: { externalTables: [], externalEnums: [] }
    })
  } catch (error) {
    if (adapter.failure === undefined) throw error
    const { script, message } = adapter.failure
    const [name] = [...scripts].find(([, text]) => text === script) ?? []
    throw new DatabaseStartError(`Migration ${name} failed, and the database is as it was: ${message}`)
  } finally {
    engine.free()
  }
}

/** The adapter cuts scripts at every semicolon, also those inside of functions and texts; PostgreSQL itself knows better. */
class WholeScripts extends PrismaPg {
  failure: { script: string, message: string } | undefined
  readonly #pool: pg.Pool

  constructor (pool: pg.Pool) {
    super(pool)
    this.#pool = pool
  }

  override async connect (): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    adapter.executeScript = async script => {
      try {
        await this.#pool.query(script)
      } catch (error) {
        this.failure ??= { script, message: (error as Error).message }
        throw error
      }
    }
    return adapter
  }
}

/** Part of the WebAssembly interface of Node, whose types come with the browser's only. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { instantiate: (bytes: Buffer, imports: object) => Promise<{ instance: { exports: { __wbindgen_start: () => void } } }> }
}

type Engine = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')

/** Once per process: its glue code keeps state of the one instance that it works with. */
let loaded: Promise<Engine> | undefined

/** Node can't import .wasm files by itself, so the package's own entry does not load; its parts do. */
async function loadEngine (): Promise<Engine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm')
  const { instance } = await wasm.instantiate(await readFile(file), { './schema_engine_bg.js': glue })
  const internals = glue as unknown as { __wbg_set_wasm: (exports: object) => void }
  internals.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return glue
}
