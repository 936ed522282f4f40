import { get, query } from '../api/call.ts'
import type { AuditRow, Page } from '../api/types.ts'
import { notifyError } from './notify.ts'

/**
 * The name of the operator who changed something last, as the audit has it; null when it can't say.
 * @param entity as the audit names it, e.g. `webhook:whk_…`
 */
export async function lastChangeBy (entity: string, signal?: AbortSignal): Promise<string | null> {
  const { data } = await get<Page<AuditRow>>(`/audit${query({ entity, direction: 'operator', statusClass: '2xx', limit: 20 })}`, signal)
  return data.find(({ method, actorName }) => method !== 'GET' && actorName !== null)?.actorName ?? null
}

/** Says who was quicker with a change that was refused. */
export function notifyConflict (entity: string, what: string): void {
  lastChangeBy(entity).catch(() => null).then(name => { notifyError(new Error(`${name ?? 'Another operator'} has changed ${what} since you opened it: it is shown as it is now. Look again.`)) }).catch(() => {})
}
