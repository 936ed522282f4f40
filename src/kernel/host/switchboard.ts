// Which plugins and operations are on, and with which settings: persisted, and the same in every process in under a second.
import { lockOnce } from '../contract/locks.js'
import type { Catalogue } from '../contract/catalogue.js'
import type { Database } from '../contract/database.js'
import type { OperationState, PluginState, Switchboard, SwitchSnapshot } from '../contract/switches.js'
import type { StateTracker } from './foundation.js'

const TOPIC = 'switches'

interface SwitchRow {
  kind: 'plugin' | 'operation' | 'version'
  id: string
  enabled: boolean | null
  settings: Record<string, unknown> | null
  version: number
  updatedAt: Date | null
  updatedBy: string | null
}

const READ = {
  name: 'kernel-switches-read',
  text: `SELECT 'plugin' AS "kind", "id", "enabled", NULL::jsonb AS "settings", "version"::bigint AS "version", "updatedAt", "updatedBy" FROM "PluginSwitch"
    UNION ALL SELECT 'operation', "id", "enabled", "settings", "version", "updatedAt", "updatedBy" FROM "OperationSwitch"
    UNION ALL SELECT 'version', "topic", NULL, NULL, "version", NULL, NULL FROM "StateVersion" WHERE "topic" = '${TOPIC}'`
}

/** Loads the switches and keeps them current. */
export async function createSwitchboard (catalogue: Catalogue, db: Database, state: StateTracker): Promise<Switchboard> {
  let current: SwitchSnapshot = { version: 0, plugins: new Map(), operations: new Map() }
  let on = new Set<string>()
  await state.watch(TOPIC, async () => {
    current = toSnapshot(catalogue, (await db.query<SwitchRow>(READ)).rows)
    on = effective(catalogue, current)
  })
  return {
    get current () { return current },
    isPluginOn: id => on.has(id),
    isOperationOn: id => on.has(`operation ${id}`),
    async lock (tx) {
      await tx.query(lockOnce('switches'))
      return toSnapshot(catalogue, (await tx.query<SwitchRow>(READ)).rows)
    },
    async setPlugin (tx, id, enabled, updatedBy) {
      await tx.query(`INSERT INTO "PluginSwitch" ("id", "enabled", "updatedBy") VALUES ($1, $2::boolean, $3)
        ON CONFLICT ("id") DO UPDATE SET "enabled" = excluded."enabled", "updatedBy" = excluded."updatedBy", "updatedAt" = now(),
          "version" = "PluginSwitch"."version" + 1`,
      [id, enabled, updatedBy])
      await state.bump(tx, TOPIC)
    },
    async setOperation (tx, id, change, updatedBy) {
      await tx.query(`INSERT INTO "OperationSwitch" AS o ("id", "enabled", "settings", "updatedBy") VALUES ($1, $2::boolean, coalesce($3::jsonb, '{}'), $4)
        ON CONFLICT ("id") DO UPDATE SET "enabled" = coalesce(excluded."enabled", o."enabled"), "settings" = coalesce($3::jsonb, o."settings"),
          "updatedBy" = excluded."updatedBy", "updatedAt" = now(), "version" = o."version" + 1`,
      [id, change.enabled ?? null, change.settings === undefined ? null : JSON.stringify(change.settings), updatedBy])
      await state.bump(tx, TOPIC)
    }
  }
}

/** Rows over the defaults of the manifests. A row of something that is not installed any more is passed over. */
function toSnapshot (catalogue: Catalogue, rows: readonly SwitchRow[]): SwitchSnapshot {
  const row = (kind: SwitchRow['kind'], id: string): SwitchRow | undefined => rows.find(candidate => candidate.kind === kind && candidate.id === id)
  const meta = (found: SwitchRow | undefined): Omit<PluginState, 'enabled'> =>
    ({ version: found?.version ?? 0, updatedAt: found?.updatedAt ?? null, updatedBy: found?.updatedBy ?? null })
  const plugins = catalogue.plugins.map(({ id, on = true, locked = false }): [string, PluginState] => {
    const found = row('plugin', id)
    return [id, { enabled: locked || (found?.enabled ?? on), ...meta(found) }]
  })
  const operations = [...catalogue.operations.values()].map(({ id, on, locked, settings }): [string, OperationState] => {
    const found = row('operation', id)
    const properties = Object.entries(settings?.properties ?? {})
    const changed = found?.settings ?? {}
    return [id, {
      enabled: locked || (found?.enabled ?? on),
      settings: Object.fromEntries(properties.map(([name, schema]) => [name, name in changed ? changed[name] : schema.default])),
      ...meta(found)
    }]
  })
  return { version: row('version', TOPIC)?.version ?? 0, plugins: new Map(plugins), operations: new Map(operations) }
}

/** Ids of plugins, and `operation <id>` of operations, that are on with all that they need. */
function effective (catalogue: Catalogue, snapshot: SwitchSnapshot): Set<string> {
  const on = new Set<string>()
  for (const { id, requires } of catalogue.plugins) {
    if (snapshot.plugins.get(id)?.enabled === true && requires.every(required => on.has(required))) on.add(id)
  }
  for (const { id, pluginId } of catalogue.operations.values()) {
    if (on.has(pluginId) && snapshot.operations.get(id)?.enabled === true) on.add(`operation ${id}`)
  }
  return on
}
