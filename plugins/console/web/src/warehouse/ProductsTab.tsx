import { Badge, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { products } from '../api/warehouse.ts'
import type { WmsProduct } from '../api/types.ts'
import { OpenRow } from '../ui/OpenRow.tsx'
import { SearchBox } from '../ui/SearchBox.tsx'
import { Empty } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { ProductDrawer } from './ProductDrawer.tsx'

export function ProductsTab () {
  const { q, status, open, owner } = useSearch({ from: '/shell/warehouse/products' })
  const navigate = useNavigate({ from: '/warehouse/products' })
  const set = (change: { q?: string | undefined, status?: string | undefined, open?: string | undefined }): void => {
    navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {})
  }
  const isFiltered = q !== undefined || status !== undefined
  return (
    <Stack>
      <Group gap='xs'>
        <SearchBox label='Start of SKU or name' value={q} onSearch={text => set({ q: text })} />
        <Select aria-label='Status' placeholder='Any status' clearable data={['active', 'inactive', 'archived']} value={status ?? null}
          onChange={value => set({ status: value ?? undefined })} />
      </Group>
      <VirtualList label='Products' query={products({ ownerId: owner, q, status, sort: '-updatedAt' })} keyOf={idOf}
        render={product => <Row product={product} onOpen={() => set({ open: product.id })} />}
        empty={
          <Empty title={isFiltered ? 'No product is like that' : 'No product yet'} action={isFiltered
            ? <Button variant='default' onClick={() => set({ q: undefined, status: undefined })}>Show all</Button>
            : undefined}
          >
            {isFiltered ? 'The search looks at the start of SKU and name.' : 'As soon as a client creates one, it is here.'}
          </Empty>
        } />
      {open !== undefined && <ProductDrawer key={open} id={open} owner={owner} onClose={() => set({ open: undefined })} />}
    </Stack>
  )
}

const idOf = ({ id }: WmsProduct): string => id

function Row ({ product, onOpen }: { product: WmsProduct, onOpen: () => void }) {
  const { sku, name, status, kind, trackBatch, trackExpiry, updatedAt } = product
  return (
    <OpenRow onOpen={onOpen} left={(
      <div style={{ minWidth: 0 }}>
        <Text size='sm' className='mono wrap'>{sku}</Text>
        <Text size='xs' c='dimmed' className='wrap'>{name}</Text>
      </div>
    )} right={(
      <Group gap='xs'>
        {status !== 'active' && <Badge variant='light' color='gray' flex='none'>{status}</Badge>}
        {kind === 'service' && <Badge variant='light' color='gray' flex='none'>service</Badge>}
        {trackBatch && <Badge variant='light' flex='none'>batch</Badge>}
        {trackExpiry && <Badge variant='light' flex='none'>expiry date</Badge>}
        <Text size='xs' c='dimmed'><Time at={updatedAt} /></Text>
      </Group>
    )} />
  )
}
