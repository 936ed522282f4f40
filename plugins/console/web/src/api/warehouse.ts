// What the pages of the warehouse ask. Whose goods: null is the default owner.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, query } from './call.ts'
import type {
  Page, WmsEvent, WmsLocation, WmsMovement, WmsOrder, WmsOrderSummary, WmsOwner, WmsProduct, WmsProductStock, WmsShipment, WmsStock,
  WmsWarehouse
} from './types.ts'

const PAGE = 100
type Filters = Record<string, string | undefined>

type Read<T> = (values: Filters, signal: AbortSignal) => Promise<Page<T>>

const reader = <T>(path: string): Read<T> => async (values, signal) => await get<Page<T>>(`${path}${query(values)}`, signal)

const pages = <T>(path: string, filters: Filters, read: Read<T> = reader(path)) => infiniteQueryOptions({
  queryKey: [path, filters],
  queryFn: async ({ pageParam, signal }) => await read({ ...filters, limit: String(PAGE), cursor: pageParam }, signal),
  initialPageParam: '',
  getNextPageParam: last => last.nextCursor
})
const one = <T>(path: string, id: string, ownerId: string | undefined) => queryOptions({
  queryKey: [path, id, ownerId], queryFn: async ({ signal }) => await get<T>(`${path}/${encodeURIComponent(id)}${query({ ownerId })}`, signal)
})

export const owners = queryOptions({
  queryKey: ['owners'], queryFn: async ({ signal }) => (await get<Page<WmsOwner>>('/owners?limit=200', signal)).data, staleTime: 60_000
})

export const warehouses = queryOptions({
  queryKey: ['warehouses'], queryFn: async ({ signal }) => (await get<Page<WmsWarehouse>>('/warehouses?limit=200', signal)).data, staleTime: 60_000
})
export const locations = (warehouse: string, filters: Filters) => pages<WmsLocation>(`/warehouses/${warehouse}/locations`, filters)

export const products = (filters: Filters) => pages<WmsProduct>('/warehouse/products', filters)
export const product = (id: string, ownerId?: string) => one<WmsProduct>('/warehouse/products', id, ownerId)
export const stock = (filters: Filters) => pages<WmsStock>('/warehouse/stock', filters)
export const stockOf = (id: string, ownerId?: string) => one<WmsProductStock>('/warehouse/stock', id, ownerId)
export const movements = (filters: Filters) => pages<WmsMovement>('/warehouse/movements', filters)

const readOrders = reader<WmsOrderSummary>('/warehouse/orders')

/** Filter `name`: our number or the caller's reference, which may look alike. */
export const orders = (filters: Filters) => pages<WmsOrderSummary>('/warehouse/orders', filters, async ({ name, ...values }, signal) => {
  if (name === undefined) return await readOrders(values, signal)
  const found = /^SO-\d{1,17}$/i.test(name) ? await readOrders({ ...values, number: name }, signal) : null
  return found !== null && found.data.length > 0 ? found : await readOrders({ ...values, externalRef: name }, signal)
})
export const order = (id: string, ownerId?: string) => one<WmsOrder>('/warehouse/orders', id, ownerId)

/** The newest of an order; few have more. */
export const shipmentsOf = (id: string, ownerId?: string) =>
  queryOptions({
    queryKey: ['shipments', id, ownerId],
    queryFn: async ({ signal }) =>
      (await get<Page<WmsShipment>>(`/warehouse/shipments${query({ order: id, ownerId, sort: '-updatedAt', limit: 50 })}`, signal)).data
  })

/** Newest first, as long as they are kept. */
export const eventsAbout = (subjectId: string) => queryOptions({
  queryKey: ['events-about', subjectId], queryFn: async ({ signal }) => await get<Page<WmsEvent>>(`/events${query({ subjectId, limit: 20 })}`, signal)
})
