import { get, query } from '../api/call.ts'
import type { AuditRow, Page } from '../api/types.ts'
import { notifyError } from './notify.ts'

/**
 * The name of the operator who changed something last, as the audit has it; null when it can't say.
 * @param entity as the audit names it, e.g. `webhook:whk_…`
 */
export async function lastChangeBy (entity: string, signal?: AbortSignal): Promise<string | null> {
  const { data } = await get<Page<AuditRow>>(`/audit${query({ entity, direction: 'operator', statusClass: '2xx', limit: 20 })}`, signal)
  return changeOf(data)
}

/** A test sends something and changes nothing. */
const changeOf = (calls: readonly AuditRow[]): string | null =>
  calls.find(({ method, operation, actorName }) => method !== 'GET' && operation?.endsWith('.test') !== true && actorName !== null)?.actorName ?? null

/** The name of the operator who changed any operation last. */
async function lastSettingsBy (): Promise<string | null> {
  const lists = await Promise
    .all(['operation.update', 'operation.updateMany'].map(async operation =>
      (await get<Page<AuditRow>>(`/audit${query({ operation, statusClass: '2xx', limit: 1 })}`)).data
    ))
  return changeOf(lists.flat().sort((a, b) => b.seq - a.seq))
}

/**
 * Says who was quicker with a change that was refused.
 * @param entity null: any operation
 */
export function notifyConflict (entity: string | null, what: string): void {
  ;(entity === null ? lastSettingsBy() : lastChangeBy(entity)).catch(() => null).then(name => {
    notifyError(new Error(`${name ?? 'Another operator'} has changed ${what} since you opened it: it is shown as it is now. Look again.`))
  }).catch(() => {})
}
