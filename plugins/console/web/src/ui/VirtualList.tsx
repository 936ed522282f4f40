// A list of any length: only what is in sight is in the page, and the next rows are asked for before the end is reached.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { Card, Text } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { Page } from '../api/types.ts'
import { Failure, Loading } from './states.tsx'

const OVERSCAN = 10
/** So many rows before the end the next page is asked for. */
const AHEAD = 20
const ESTIMATED_HEIGHT = 58

interface Props<T> {
  label: string
  list: UseInfiniteQueryResult<InfiniteData<Page<T>, unknown>>
  keyOf: (row: T) => string
  render: (row: T) => ReactNode
  /** Shown in place of a list without rows. */
  empty: ReactNode
}

export function VirtualList<T> ({ list, empty, ...rest }: Props<T>) {
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? []
  const retry = (): void => { (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch()).catch(() => {}) }
  // A page of the audit may have no row and yet not be the last.
  const isEmpty = list.data !== undefined && rows.length === 0 && !list.hasNextPage
  return (
    <>
      {list.isPending && <Loading rows={8} />}
      {isEmpty && empty}
      {!isEmpty && list.data !== undefined && <Rows {...rest} rows={rows} list={list} />}
      {list.error !== null && <Failure error={list.error} retry={retry} />}
    </>
  )
}

function Rows<T> ({ label, list, keyOf, render, rows }: Omit<Props<T>, 'empty'> & { rows: T[] }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  // What stands above it may grow: filters, an alert.
  useLayoutEffect(() => { setTop(Math.round((box.current?.getBoundingClientRect().top ?? 0) + window.scrollY)) })
  const virtual = useWindowVirtualizer({
    count: rows.length, estimateSize: () => ESTIMATED_HEIGHT, overscan: OVERSCAN, scrollMargin: top, getItemKey: index => keyOf(rows[index] as T)
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  const wantsMore = hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last >= rows.length - AHEAD
  useEffect(() => { if (wantsMore) fetchNextPage().catch(() => {}) }, [wantsMore, fetchNextPage, rows.length])
  return (
    <>
      <Card withBorder padding={0}>
        <div ref={box} role='list' aria-label={label} className='virtual' style={{ height: virtual.getTotalSize() }}>
          {items.map(({ key, index, start }) => (
            <div key={key} role='listitem' aria-posinset={index + 1} aria-setsize={hasNextPage ? -1 : rows.length} data-index={index} ref={virtual.measureElement} className='row' style={{ transform: `translateY(${start - top}px)` }}>
              {render(rows[index] as T)}
            </div>
          ))}
        </div>
      </Card>
      <Text size='xs' c='dimmed' ta='center' role='status'>{hasNextPage ? `${rows.length.toLocaleString()} so far, more as you scroll` : `${rows.length.toLocaleString()} in all`}</Text>
    </>
  )
}
