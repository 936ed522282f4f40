import { useEffect, useState } from 'react'
import { Badge, Button, Group, Menu, Select, Stack, Switch, Text, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { query } from '../../api/call.ts'
import { audit, clients, operations, webhooks, type AuditFilters } from '../../api/queries.ts'
import type { AuditRow, Page } from '../../api/types.ts'
import { DownloadIcon } from '../../ui/icons.tsx'
import { SearchBox } from '../../ui/SearchBox.tsx'
import { Empty } from '../../ui/states.tsx'
import { momentOf } from '../../ui/Time.tsx'
import { VirtualList } from '../../ui/VirtualList.tsx'
import { AuditDrawer } from './AuditDrawer.tsx'
import { AuditEntry } from './AuditEntry.tsx'

const DIRECTIONS = [{ value: 'in', label: 'From clients' }, { value: 'out', label: 'To webhooks' }, { value: 'operator', label: 'By operators' }]
const RESULTS = [{ value: '2xx', label: 'Success' }, { value: '4xx', label: 'Refused (4xx)' }, { value: '5xx', label: 'Failed (5xx)' }, {
  value: 'none', label: 'No answer'
}]

export function AuditTab () {
  const { row, guide: _, reads, ...chosen } = useSearch({ from: '/shell/integration/audit' })
  const filters: AuditFilters = reads === 'shown' ? chosen : { ...chosen, operatorReads: 'false' }
  const navigate = useNavigate({ from: '/integration/audit' })
  const [live, setLive] = useState(false)
  const state = useTail(filters, live)
  const set = (change: AuditFilters & { row?: string | undefined, reads?: string | undefined }): void => {
    navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {})
  }
  const clear = (): void => {
    navigate({ search: {}, replace: true, resetScroll: false }).catch(() => {})
  }
  const isFiltered = Object.keys(chosen).length > 0
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Text size='sm' c='dimmed' maw={640}>Every call in both directions: what systems and operators asked for, and every try to deliver an event.</Text>
        <Group>
          <Switch label='What operators read' checked={reads === 'shown'} onChange={event => {
            set({ reads: event.currentTarget.checked ? 'shown' : undefined })
          }} />
          <Switch label={live ? state : 'Live'} checked={live} onChange={event => setLive(event.currentTarget.checked)} />
          <Menu position='bottom-end'>
            <Menu.Target><Button variant='default' leftSection={<DownloadIcon />}>Export</Button></Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>All rows that fit the filters</Menu.Label>
              {(['csv', 'ndjson'] as const).map(format => (
                <Menu.Item key={format} component='a' href={`/api/admin/v1/audit/export${query({ ...filters, format })}`} download={`audit.${format}`}>
                  {format.toUpperCase()}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <Filters filters={chosen} onChange={set} />
      {isFiltered && (
        <Group gap='xs'>
          <FilterBadges filters={chosen} onRemove={name => set({ [name]: undefined })} />
          <Button size='compact-xs' variant='subtle' onClick={clear}>Clear all</Button>
        </Group>
      )}
      <VirtualList label='Calls' query={audit(filters)} keyOf={idOf} render={entry => <AuditEntry entry={entry} onOpen={() => set({ row: entry.id })} />}
        empty={
          <Empty title={isFiltered ? 'No call fits' : 'No call yet'}
            action={isFiltered ? <Button variant='default' onClick={clear}>Show all</Button> : undefined}
          >
            {isFiltered && 'Loosen the filters.'}
          </Empty>
        } />
      {row !== undefined && (
        <AuditDrawer key={row} id={row} onClose={() => set({ row: undefined })} onShow={change => set({ row: undefined, ...change })} onOpen={id =>
          set({ row: id })} />
      )}
    </Stack>
  )
}

/** Puts new calls in front as they are recorded; the browser connects again by itself. */
function useTail (filters: AuditFilters, live: boolean): string {
  const cache = useQueryClient()
  const [state, setState] = useState('connecting …')
  const key = JSON.stringify(filters)
  useEffect(() => {
    if (!live) return
    const source = new EventSource(`/api/admin/v1/audit/tail${query({ ...JSON.parse(key) as AuditFilters })}`)
    const { queryKey } = audit(JSON.parse(key) as AuditFilters)
    source.onopen = () => setState('Live')
    source.onerror = () => setState('connecting again …')
    source.addEventListener('call', event => {
      const entry = JSON.parse((event as MessageEvent<string>).data) as AuditRow
      cache.setQueryData<InfiniteData<Page<AuditRow>, string>>(queryKey, old => {
        const first = old?.pages[0]
        if (old === undefined || first === undefined || first.data.some(({ id }) => id === entry.id)) return old
        return { ...old, pages: [{ ...first, data: [entry, ...first.data] }, ...old.pages.slice(1)] }
      })
    })
    return () => source.close()
  }, [cache, key, live])
  return state
}

function Filters ({ filters, onChange }: { filters: AuditFilters, onChange: (change: AuditFilters) => void }) {
  const known = { clients: useQuery(clients), operations: useQuery(operations), webhooks: useQuery(webhooks) }
  return (
    <Group gap='xs'>
      <SearchBox label='Path or error' value={filters.q} onSearch={q => onChange({ q })} />
      <Select aria-label='Direction' placeholder='Both directions' clearable data={DIRECTIONS} value={filters.direction ?? null}
        onChange={value => onChange({ direction: value ?? undefined })} />
      <Select aria-label='Result' placeholder='Any result' clearable data={RESULTS} value={filters.statusClass ?? null}
        onChange={value => onChange({ statusClass: value ?? undefined })} />
      <Select aria-label='Client' placeholder='Any client' clearable searchable
        data={(known.clients.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={filters.clientId ?? null}
        onChange={value => onChange({ clientId: value ?? undefined })} />
      <Select aria-label='Operation' placeholder='Any operation' clearable searchable data={(known.operations.data?.data ?? []).map(({ id }) => id)}
        value={filters.operation ?? null} onChange={value => onChange({ operation: value ?? undefined })} />
      <Select aria-label='Webhook' placeholder='Any webhook' clearable searchable
        data={(known.webhooks.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={filters.webhookId ?? null}
        onChange={value => onChange({ webhookId: value ?? undefined })} />
    </Group>
  )
}

/** Those that have no field of their own. */
function FilterBadges ({ filters, onRemove }: { filters: AuditFilters, onRemove: (name: string) => void }) {
  const rest = Object.entries(filters).filter(([name]) => !['direction', 'statusClass', 'clientId', 'operation', 'webhookId', 'q'].includes(name))
  return rest.map(([name, value]) => (
    <button key={name} type='button' className='bare' onClick={() => onRemove(name)}>
      <Badge variant='light' tt='none'>
        {name}: {name === 'from' || name === 'to' ? momentOf(value) : value} ×<VisuallyHidden>, remove the filter</VisuallyHidden>
      </Badge>
    </button>
  ))
}

const idOf = ({ id }: AuditRow): string => id
