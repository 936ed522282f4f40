import { Badge, Button, Group, Select, Stack, Text, VisuallyHidden } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { movements } from '../api/warehouse.ts'
import type { WmsMovement } from '../api/types.ts'
import { Empty } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { amount } from '../ui/Facts.tsx'

const TYPES: Readonly<Record<WmsMovement['type'], string>> = {
  opening: 'opening',
  receipt: 'receipt',
  transfer: 'transfer',
  status_change: 'change of status',
  pick: 'pick',
  unpick: 'put back',
  ship: 'shipment',
  unship: 'shipment taken back',
  adjustment: 'adjustment',
  count: 'count'
}
const FIXED = { product: 'product', doc: 'document', batch: 'batch' } as const

type Search = Partial<Record<keyof typeof FIXED | 'type', string | undefined>>

export function MovementsTab () {
  const { type, owner, ...fixed } = useSearch({ from: '/shell/warehouse/movements' })
  const navigate = useNavigate({ from: '/warehouse/movements' })
  const set = (change: Search): void => { navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {}) }
  const isFiltered = [type, fixed.product, fixed.doc, fixed.batch].some(value => value !== undefined)
  return (
    <Stack>
      <Group gap='xs'>
        <Select aria-label='Type' placeholder='Any type' clearable data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))} value={type ?? null}
          onChange={value => set({ type: value ?? undefined })} />
        {(Object.keys(FIXED) as Array<keyof typeof FIXED>).filter(name => fixed[name] !== undefined).map(name => (
          <button key={name} type='button' className='bare' onClick={() => set({ [name]: undefined })}>
            <Badge variant='light' tt='none'>{FIXED[name]}: {fixed[name]} ×<VisuallyHidden>, remove the filter</VisuallyHidden></Badge>
          </button>
        ))}
      </Group>
      <VirtualList label='Movements' query={movements({ ownerId: owner, type, product: fixed.product, doc: fixed.doc, batch: fixed.batch, sort: '-postedAt' })}
        keyOf={keyOf} render={movement => <Row movement={movement} owner={owner} />}
        empty={
          <Empty title={isFiltered ? 'No movement is like that' : 'Nothing has moved yet'} action={isFiltered
            ? <Button variant='default' onClick={() => set({ type: undefined, product: undefined, doc: undefined, batch: undefined })}>Show all</Button>
            : undefined}
          >
            {isFiltered ? 'Loosen the filters.' : 'As soon as goods come in, go out or change their place, it is here.'}
          </Empty>
        } />
    </Stack>
  )
}

const keyOf = ({ seq }: WmsMovement): string => String(seq)

const shelf = (place: WmsMovement['from']): string => place === null ? 'outside' : `${place.location} (${place.status})`

function Row ({ movement, owner }: { movement: WmsMovement, owner: string | undefined }) {
  const { seq, groupId, type, product, batch, qty, warehouse, from, to, reasonCode, note, doc, requestId, reversalOf, postedAt } = movement
  const whose = owner === undefined ? {} : { owner }
  return (
    <Group px='md' py={8} gap='sm' justify='space-between'>
      <div style={{ minWidth: 0, flex: '1 1 320px' }}>
        <Text size='sm' className='wrap'>
          {amount(qty)} ×{' '}
          <Link to='/warehouse/products' search={{ open: product.id, ...whose } as never}>
            <span className='mono'>{product.sku}</span>
          </Link>
          {batch !== null && (
            <>
              , batch <span className='mono'>{batch.code}</span>
            </>
          )}
        </Text>
        <Text size='xs' c='dimmed' className='wrap'>
          {warehouse.code}: {shelf(from)} → {shelf(to)}
          {reasonCode !== null && ` · ${reasonCode}`}
          {note !== null && ` · ${note}`}
          {reversalOf !== null && ` · takes back no. ${reversalOf}`}
        </Text>
      </div>
      <Group gap='sm'>
        <Badge variant='light' flex='none' color={from === null ? 'teal' : to === null ? 'orange' : 'gray'}>{TYPES[type]}</Badge>
        {doc?.type === 'order'
          ? <Link to='/warehouse/orders' search={{ open: doc.id, ...whose } as never} aria-label={`Order of movement ${seq}`}>Order</Link>
          : doc !== null && doc.id !== groupId && <Text size='xs' className='mono wrap'>{doc.id}</Text>}
        {requestId !== null && <Link to='/integration/audit' search={{ requestId }} aria-label={`Call that made movement ${seq}`}>Call</Link>}
        <Text size='xs' c='dimmed'>no. {seq} · <Time at={postedAt} /></Text>
      </Group>
    </Group>
  )
}
