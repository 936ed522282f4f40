// Reads the audit for operators: pages by filter, and one call in full.
import type { Kernel, Page, Role } from '#kernel'
import { auditNotFound } from '../errors.js'
import { createFeed } from './feed.js'
import { toSearch, type Position } from '../store/filters.js'
import type { AuditFilters, Entry, FullRecord } from '../schemas/calls.js'
import { countCallers, findPage, findRecord, type CallerRow, type EntryRow } from '../store/calls.js'

const DAY_MS = 86_400_000

export interface AuditService {
  /** Newest first. `nextCursor` is null at the end; a page may be short before, when a search looked at many calls in vain. */
  list: (filters: AuditFilters, limit: number | undefined, cursor: string | undefined) => Promise<Page<Entry>>
  /** New calls in the order in which they were recorded, those after the number `after` too. Each value says up to where all are known. */
  follow: (filters: AuditFilters, after: number | null, signal: AbortSignal) => AsyncGenerator<{ data: Entry[], position: number }>
  /** How often each client has called since; null: since 24 hours. */
  callers: (from: string | null) => Promise<CallerRow[]>
  /** @throws AppError 404 `audit.not_found` */
  get: (id: string) => Promise<FullRecord>
}

export function createAudit (kernel: Kernel): AuditService {
  const feed = createFeed(kernel.db, () => kernel.clock.now())
  return {
    async list (filters, limit, cursor) {
      const positionOf = ({ occurredAt, seq }: Position): number[] => [occurredAt.getTime(), seq]
      return await kernel.page({
        scope: ['audit.list', Object.entries(filters).sort(([a], [b]) => a < b ? -1 : 1)],
        limit,
        cursor,
        async read (after, limit) {
          const { rows, readTo } = await findPage(kernel.db, toSearch(filters, after === null ? null : toPosition(after)), limit)
          return { rows, readTo: readTo === null ? null : positionOf(readTo) }
        },
        positionOf,
        toView: toEntry
      })
    },

    async * follow (filters, after, signal) {
      for await (const { rows, position } of feed.follow(filters, after, signal)) yield { data: rows.map(toEntry), position }
    },

    callers: async from => await countCallers(kernel.db, from ?? new Date(kernel.clock.now().getTime() - DAY_MS).toISOString()),

    async get (id) {
      const position = fromId(id)
      const row = position === null ? null : await findRecord(kernel.db, position)
      if (row === null) throw auditNotFound()
      return {
        ...toEntry(row),
        sessionId: row.sessionId,
        secretLast4: row.secretLast4,
        requestHeaders: row.requestHeaders ?? {},
        requestBody: shownBody(kernel, row, row.requestBody),
        requestTruncated: row.requestTruncated,
        requestSha256: row.requestSha256,
        responseHeaders: row.responseHeaders ?? {},
        responseBody: row.direction === 'out' ? row.responseBody : shownBody(kernel, row, row.responseBody),
        responseTruncated: row.responseTruncated,
        responseSha256: row.responseSha256,
        changes: row.changes
      }
    }
  }
}

/** Without what is about people, while that is hidden. */
function shownBody ({ personalData }: Kernel, { direction, operation }: EntryRow, body: string | null): string | null {
  if (body === null) return null
  return direction === 'out' ? personalData.ofEvent(body) : personalData.ofBody(operation, body)
}

const URL_IN_TEXT = /\bhttps?:\/\/[^\s"'\\<>]+/g

/** What stands behind the host of a webhook's URL may be a secret of its receiver: viewers don't see it. */
function originOnly (text: string): string {
  return text.replace(URL_IN_TEXT, url => {
    const [origin = '', rest = ''] = /^(https?:\/\/[^/?#]*)(.*)$/.exec(url)?.slice(1) ?? []
    return rest === '' || rest === '/' ? url : `${origin}/…`
  })
}

/** The audit as an operator with this role sees it. */
export function auditFor (audit: AuditService, role: Role | null): AuditService {
  if (role !== 'viewer') return audit
  const shown = <E extends Entry>(entry: E): E => entry.direction === 'out' ? { ...entry, path: originOnly(entry.path) } : entry
  return {
    ...audit,
    async list (filters, limit, cursor) {
      const page = await audit.list(filters, limit, cursor)
      return { ...page, data: page.data.map(shown) }
    },
    async * follow (filters, after, signal) {
      for await (const { data, position } of audit.follow(filters, after, signal)) yield { data: data.map(shown), position }
    },
    async get (id) {
      const call = shown(await audit.get(id))
      const text = (body: string | null): string | null => body === null ? null : originOnly(body)
      return {
        ...call,
        requestBody: text(call.requestBody),
        responseBody: text(call.responseBody),
        changes: JSON.parse(originOnly(JSON.stringify(call.changes))) as typeof call.changes
      }
    }
  }
}

/** Time and number in the id: reading one call then looks into one partition. */
function toId (row: Position): string {
  return `aud_${row.occurredAt.getTime().toString(36)}_${row.seq.toString(36)}`
}

function fromId (id: string): Position | null {
  const match = /^aud_([0-9a-z]{1,9})_([0-9a-z]{1,10})$/.exec(id)
  if (match === null) return null
  const [time, seq] = [match[1], match[2]].map(part => Number.parseInt(part ?? '', 36))
  return toPosition([time ?? 0, seq ?? 0])
}

function toPosition ([time, seq]: ReadonlyArray<string | number>): Position {
  return { occurredAt: new Date(Number(time)), seq: Number(seq) }
}

export function toEntry (row: EntryRow): Entry {
  return {
    id: toId(row),
    seq: row.seq,
    occurredAt: row.occurredAt.toISOString(),
    direction: row.direction,
    requestId: row.requestId,
    correlationId: row.correlationId,
    actorType: row.actorType,
    actorId: row.actorId,
    actorName: row.actorName,
    claimedId: row.claimedId,
    ip: row.ip,
    method: row.method,
    route: row.route,
    path: row.path,
    operation: row.operation,
    status: row.status,
    durationMs: row.durationMs,
    requestBytes: row.requestBytes,
    responseBytes: row.responseBytes,
    errorCode: row.errorCode,
    entities: (row.entities ?? []).map(toEntity),
    outbound: toOutbound(row)
  }
}

function toEntity (entity: string): { type: string, id: string } {
  const at = entity.indexOf(':')
  return { type: entity.slice(0, at), id: entity.slice(at + 1) }
}

function toOutbound (row: EntryRow): Entry['outbound'] {
  if (row.webhookId === null) return null
  return {
    webhookId: row.webhookId,
    webhookName: row.webhookName ?? '',
    eventId: row.eventId ?? '',
    eventType: row.eventType ?? '',
    deliveryId: row.deliveryId,
    attempt: row.attempt ?? 0,
    maxAttempts: row.maxAttempts ?? 0,
    trigger: row.trigger ?? '',
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    remoteAddress: row.remoteAddress,
    tlsVersion: row.tlsVersion,
    timings: row.timings ?? {},
    errorClass: row.errorClass
  }
}
