// A list of any length: only what is in sight is in the page, and the next rows are asked for before the end is reached.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Button, Card, Group, Loader, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient, type QueryKey, type UndefinedInitialDataInfiniteOptions, type InfiniteData } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { Page } from '../api/types.ts'
import { Failure, Loading } from './states.tsx'

const OVERSCAN = 10
/** So many rows before the end the next page is asked for. */
const AHEAD = 20
const ESTIMATED_HEIGHT = 58

type Query<T, K extends QueryKey> = UndefinedInitialDataInfiniteOptions<Page<T>, Error, InfiniteData<Page<T>>, K, string>

interface Props<T, K extends QueryKey> {
  label: string
  query: Query<T, K>
  /** Always the same function, so that what is measured stays known. */
  keyOf: (row: T) => string
  render: (row: T) => ReactNode
  /** Shown in place of a list without rows. */
  empty: ReactNode
}

export function VirtualList<T, K extends QueryKey> ({ label, query, keyOf, render, empty }: Props<T, K>) {
  const cache = useQueryClient()
  // A list is read once, page by page: to read all of its pages again when the window gets the focus would be as many calls.
  const list = useInfiniteQuery({ ...query, staleTime: Infinity, gcTime: 0 })
  const { data, error, isPending, isFetching, isFetchingNextPage, isFetchNextPageError, hasNextPage, fetchNextPage } = list
  const rows = useMemo(() => data?.pages.flatMap(page => page.data) ?? [], [data])
  // Asked twice before the answer is on its way, it is asked for once.
  const more = (): void => { fetchNextPage({ cancelRefetch: false }).catch(() => {}) }
  const refresh = (): void => { cache.resetQueries({ queryKey: query.queryKey, exact: true }).catch(() => {}) }
  // A page of a search may be empty and not the last: then someone has to say that the search is to go on.
  const goesOnByItself = hasNextPage && !isFetching && !isFetchNextPageError && (data?.pages.at(-1)?.data.length ?? 0) > 0
  if (isPending) return <Loading rows={8} />
  if (data === undefined) return <Failure error={error} retry={() => { list.refetch().catch(() => {}) }} />
  return (
    <>
      {rows.length === 0 && !hasNextPage
        ? empty
        : <Rows label={label} rows={rows} keyOf={keyOf} render={render} hasMore={hasNextPage} onNearEnd={goesOnByItself ? more : undefined} />}
      {error !== null && <Failure error={error} retry={more} />}
      <Group justify='center' gap='xs'>
        <Text size='xs' c='dimmed' role='status'>{hasNextPage ? `${rows.length.toLocaleString()} so far` : `${rows.length.toLocaleString()} in all`}</Text>
        {isFetchingNextPage && <Loader size='xs' aria-label='Reading more' />}
        {hasNextPage && !isFetching && !goesOnByItself && error === null && (
          <Button size='compact-xs' variant='default' onClick={more}>Search older ones</Button>
        )}
        <Button size='compact-xs' variant='subtle' onClick={refresh}>Refresh</Button>
      </Group>
    </>
  )
}

interface RowsProps<T> {
  label: string
  rows: readonly T[]
  keyOf: (row: T) => string
  render: (row: T) => ReactNode
  hasMore: boolean
  onNearEnd: (() => void) | undefined
}

function Rows<T> ({ label, rows, keyOf, render, hasMore, onNearEnd }: RowsProps<T>) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  // What stands above it may grow: filters, an alert.
  useLayoutEffect(() => { setTop(Math.round((box.current?.getBoundingClientRect().top ?? 0) + window.scrollY)) })
  const getItemKey = useCallback((index: number) => keyOf(rows[index] as T), [rows, keyOf])
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => ESTIMATED_HEIGHT, overscan: OVERSCAN, scrollMargin: top, getItemKey })
  const items = virtual.getVirtualItems()
  const isNearEnd = (items.at(-1)?.index ?? -1) >= rows.length - AHEAD
  const next = isNearEnd ? onNearEnd : undefined
  useEffect(() => { next?.() })
  return (
    <Card withBorder padding={0}>
      <div ref={box} role='list' aria-label={label} className='virtual' style={{ height: virtual.getTotalSize() }}>
        {items.map(({ key, index, start }) => (
          <div key={key} role='listitem' aria-posinset={index + 1} aria-setsize={hasMore ? -1 : rows.length} data-index={index} ref={virtual.measureElement}
            className='row' style={{ transform: `translateY(${start - top}px)` }}
          >
            {render(rows[index] as T)}
          </div>
        ))}
      </div>
    </Card>
  )
}
