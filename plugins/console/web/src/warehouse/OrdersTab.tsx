import { Badge, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { orders } from '../api/warehouse.ts'
import type { WmsOrderSummary } from '../api/types.ts'
import { OpenRow } from '../ui/OpenRow.tsx'
import { SearchBox } from '../ui/SearchBox.tsx'
import { Empty } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { OrderBadge } from './OrderBadge.tsx'
import { OrderDrawer } from './OrderDrawer.tsx'

const STATUSES: ReadonlyArray<WmsOrderSummary['status']> = ['draft', 'open', 'released', 'picking', 'picked', 'packed', 'partially_shipped', 'shipped',
  'delivered', 'closed', 'cancelled']
const ALLOCATION: Readonly<Record<WmsOrderSummary['allocationStatus'], string>> = { none: 'not allocated', partial: 'partly allocated', full: 'allocated' }

type Search = { number?: string | undefined, status?: string | undefined, onHold?: string | undefined, open?: string | undefined }

export function OrdersTab () {
  const { number, status, onHold, open, owner } = useSearch({ from: '/shell/warehouse/orders' })
  const navigate = useNavigate({ from: '/warehouse/orders' })
  const set = (change: Search): void => { navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {}) }
  const isFiltered = [number, status, onHold].some(value => value !== undefined)
  return (
    <Stack>
      <Group gap='xs'>
        <SearchBox label='Number or reference' value={number} onSearch={text => set({ number: text })} />
        <Select aria-label='Status' placeholder='Any status' clearable data={[...STATUSES]} value={status ?? null}
          onChange={value => set({ status: value ?? undefined })} />
        <Select aria-label='Holds' placeholder='With and without holds' clearable
          data={[{ value: 'true', label: 'On hold' }, { value: 'false', label: 'Not on hold' }]} value={onHold ?? null}
          onChange={value => set({ onHold: value ?? undefined })} />
      </Group>
      <VirtualList label='Orders' query={orders({ ownerId: owner, status, onHold, name: number, sort: '-updatedAt' })} keyOf={idOf}
        render={order => <Row order={order} onOpen={() => set({ open: order.id })} />}
        empty={
          <Empty title={isFiltered ? 'No order is like that' : 'No order yet'} action={isFiltered
            ? <Button variant='default' onClick={() => set({ number: undefined, status: undefined, onHold: undefined })}>Show all</Button>
            : undefined}
          >
            {isFiltered ? 'Number and reference are looked for as a whole.' : 'As soon as a client creates one, it is here.'}
          </Empty>
        } />
      {open !== undefined && <OrderDrawer key={open} id={open} owner={owner} onClose={() => set({ open: undefined })} />}
    </Stack>
  )
}

const idOf = ({ id }: WmsOrderSummary): string => id

function Row ({ order, onOpen }: { order: WmsOrderSummary, onOpen: () => void }) {
  const { number, externalRef, status, allocationStatus, holds, customer, lineCount, updatedAt } = order
  return (
    <OpenRow onOpen={onOpen} left={(
      <div style={{ minWidth: 0 }}>
        <Text size='sm' className='mono wrap'>{number} · {externalRef}</Text>
        <Text size='xs' c='dimmed' className='wrap'>
          {lineCount} {lineCount === 1 ? 'line' : 'lines'} · {ALLOCATION[allocationStatus]}
          {customer?.name != null && ` · ${customer.name}`}
        </Text>
      </div>
    )} right={(
      <Group gap='xs'>
        {holds.length > 0 && <Badge variant='light' color='orange' flex='none'>on hold</Badge>}
        <OrderBadge status={status} />
        <Text size='xs' c='dimmed'><Time at={updatedAt} /></Text>
      </Group>
    )} />
  )
}
