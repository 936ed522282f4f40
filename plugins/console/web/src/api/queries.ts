// Every question that the pages ask, each with its key in the cache.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, get, query, type Answer } from './call.ts'
import type {
  ApiClient, AuditFull, AuditRow, CallCount, CurrentSession, EventKind, Page, WebhookHealthRow, WmsAttempt, WmsDelivery, WmsEvent, WmsEventFull,
  WmsOperation, WmsOperator, WmsPlugin, WmsStatistics, WmsWebhook
} from './types.ts'

const MAX = 200

/** All pages of a list that people make by hand, so that it is short. */
async function all<T> (path: string, signal: AbortSignal): Promise<T[]> {
  const rows: T[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<T> = await get<Page<T>>(`${path}${query({ limit: MAX, cursor })}`, signal)
    rows.push(...page.data)
    cursor = page.nextCursor
  }
  return rows
}

export const session = queryOptions({ queryKey: ['session'], queryFn: async ({ signal }) => await get<CurrentSession>('/session', signal), staleTime: 60_000 })

export const plugins = queryOptions({ queryKey: ['plugins'], queryFn: async ({ signal }) => (await get<{ data: WmsPlugin[] }>('/plugins', signal)).data })

export interface Operations { data: WmsOperation[], version: number }
export const operations = queryOptions({ queryKey: ['operations'], queryFn: async ({ signal }) => await get<Operations>('/operations', signal) })

export const clients = queryOptions({ queryKey: ['clients'], queryFn: async ({ signal }) => await all<ApiClient>('/clients', signal) })

/** Since midnight of the viewer. */
export const callsToday = queryOptions({
  queryKey: ['calls-today'],
  queryFn: async ({ signal }) => {
    const midnight = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
    return (await get<{ data: CallCount[] }>(`/audit/clients${query({ from: midnight })}`, signal)).data
  },
  refetchInterval: 30_000
})

export const webhooks = queryOptions({ queryKey: ['webhooks'], queryFn: async ({ signal }) => await all<WmsWebhook>('/webhooks', signal) })

export const eventTypes = queryOptions({
  queryKey: ['event-types'], queryFn: async ({ signal }) => (await get<{ data: EventKind[] }>('/event-types', signal)).data
})

export const webhookHealth = queryOptions({
  queryKey: ['webhook-health'],
  queryFn: async ({ signal }) => (await get<{ data: WebhookHealthRow[] }>('/webhooks/health', signal)).data,
  refetchInterval: 15_000
})

export const operators = queryOptions({ queryKey: ['operators'], queryFn: async ({ signal }) => await all<WmsOperator>('/operators', signal) })

export const statistics = (range: WmsStatistics['range']) =>
  queryOptions({
    queryKey: ['statistics', range],
    queryFn: async ({ signal }) => await get<WmsStatistics>(`/audit/statistics${query({ range })}`, signal),
    refetchInterval: 30_000
  })

export type DeliveryFilters = { webhookId?: string | undefined, status?: string | undefined, eventType?: string | undefined, eventId?: string | undefined }
export const deliveries = (filters: DeliveryFilters) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', filters],
    queryFn: async ({ pageParam, signal }) => await get<Page<WmsDelivery>>(`/deliveries${query({ ...filters, limit: 50, cursor: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: last => last.nextCursor
  })
export const delivery = (id: string) =>
  queryOptions({
    queryKey: ['delivery', id],
    queryFn: async ({ signal }) => await get<WmsDelivery & { attempts: WmsAttempt[] }>(`/deliveries/${encodeURIComponent(id)}`, signal)
  })

export interface AuditFilters {
  operatorReads?: string | undefined
  direction?: string | undefined
  clientId?: string | undefined
  operation?: string | undefined
  statusClass?: string | undefined
  method?: string | undefined
  webhookId?: string | undefined
  eventType?: string | undefined
  correlationId?: string | undefined
  requestId?: string | undefined
  entity?: string | undefined
  q?: string | undefined
  from?: string | undefined
  to?: string | undefined
}
export const audit = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: async ({ pageParam, signal }) => await get<Page<AuditRow>>(`/audit${query({ ...filters, limit: 50, cursor: pageParam })}`, signal),
    initialPageParam: '',
    getNextPageParam: last => last.nextCursor
  })
export const auditRecord = (id: string) =>
  queryOptions({
    queryKey: ['audit-record', id], queryFn: async ({ signal }) => await get<AuditFull>(`/audit/${encodeURIComponent(id)}`, signal), staleTime: Infinity
  })

/** All that belongs to one call: calls and attempts of the audit, events, and their deliveries. */
interface Chain {
  calls: AuditRow[]
  events: WmsEvent[]
  deliveries: WmsDelivery[]
}
export const chain = (correlationId: string) =>
  queryOptions({
    queryKey: ['chain', correlationId],
    queryFn: async ({ signal }): Promise<Chain> => {
      const [calls, events] = await Promise.all([
        get<Page<AuditRow>>(`/audit${query({ correlationId, limit: 100 })}`, signal),
        get<Page<WmsEvent>>(`/events${query({ correlationId, limit: 50 })}`, signal)
      ])
      const lists = await Promise
        .all(events.data.slice(0, 10).map(async event => (await get<Page<WmsDelivery>>(`/deliveries${query({ eventId: event.id, limit: 50 })}`, signal)).data))
      return { calls: calls.data.toReversed(), events: events.data.toReversed(), deliveries: lists.flat() }
    }
  })
export const event = (id: string) =>
  queryOptions({
    queryKey: ['event', id], queryFn: async ({ signal }) => await get<WmsEventFull>(`/events/${encodeURIComponent(id)}`, signal), staleTime: Infinity
  })

export const send = {
  signIn: async (email: string, password: string): Promise<unknown> => await call('POST', '/session', { body: { email, password } }),
  signOut: async (): Promise<unknown> => await call('DELETE', '/session'),
  plugin: async (id: string, enabled: boolean, version: number): Promise<Answer<WmsPlugin>> =>
    await call('PATCH', `/plugins/${id}`, { body: { enabled }, ifMatch: `"${version}"` }),
  operations: async (changes: Array<{ id: string, enabled?: boolean, settings?: Record<string, unknown> }>, version: number): Promise<Answer<Operations>> =>
    await call('PATCH', '/operations', { body: { changes }, ifMatch: `"${version}"` })
}
