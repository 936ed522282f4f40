import { Group, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { stock } from '../api/warehouse.ts'
import type { WmsStock } from '../api/types.ts'
import { OpenRow } from '../ui/OpenRow.tsx'
import { Empty } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { amount } from '../ui/Facts.tsx'
import { ProductDrawer } from './ProductDrawer.tsx'

export function StockTab () {
  const { open, owner } = useSearch({ from: '/shell/warehouse/stock' })
  const navigate = useNavigate({ from: '/warehouse/stock' })
  const show = (id: string | undefined): void => { navigate({ search: old => ({ ...old, open: id }), replace: true, resetScroll: false }).catch(() => {}) }
  return (
    <Stack>
      <Text size='sm' c='dimmed'>What changed last is first. Open a row for its batches and locations.</Text>
      <VirtualList label='Stock' query={stock({ ownerId: owner, sort: '-updatedAt' })} keyOf={keyOf}
        render={state => <Row state={state} onOpen={() => show(state.product.id)} />}
        empty={<Empty title='No stock yet'>As soon as goods come in, they are here.</Empty>} />
      {open !== undefined && <ProductDrawer key={open} id={open} owner={owner} onClose={() => show(undefined)} />}
    </Stack>
  )
}

const keyOf = ({ product, warehouse }: WmsStock): string => `${product.id} ${warehouse.id}`

function Row ({ state, onOpen }: { state: WmsStock, onOpen: () => void }) {
  const { product, warehouse, byBatch, onHand, available, reserved, backordered, incoming, updatedAt } = state
  return (
    <OpenRow onOpen={onOpen} left={(
      <div style={{ minWidth: 0 }}>
        <Text size='sm' className='mono wrap'>{product.sku}</Text>
        <Text size='xs' c='dimmed' className='wrap'>
          {warehouse.code}
          {byBatch.length > 0 && ` · ${byBatch.length === 1 ? `batch ${byBatch[0]!.code}` : `${byBatch.length} batches`}`}
        </Text>
      </div>
    )} right={(
      <Group gap='md'>
        <Text size='sm'>
          {amount(available)} available{' '}
          <Text span size='xs' c='dimmed'>
            of {amount(onHand)} · {amount(reserved)} reserved{backordered > 0 && ` · ${amount(backordered)} backordered`}
            {incoming > 0 && ` · ${amount(incoming)} incoming`}
          </Text>
        </Text>
        <Text size='xs' c='dimmed'>
          <Time at={updatedAt} />
        </Text>
      </Group>
    )} />
  )
}
