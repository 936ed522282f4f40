import { useState } from 'react'
import { Alert, Badge, Button, Card, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { order, shipmentsOf } from '../api/warehouse.ts'
import type { WmsOrder, WmsShipment } from '../api/types.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { amount, Facts } from '../ui/Facts.tsx'
import { OrderBadge } from './OrderBadge.tsx'
import { Trace } from './Trace.tsx'

type Line = WmsOrder['lines'][number]

/** An order with its lines, what is allocated to them, its shipments, and what was published about it. */
export function OrderDrawer ({ id, owner, onClose }: { id: string, owner: string | undefined, onClose: () => void }) {
  const { data, error, isPending, refetch } = useQuery(order(id, owner))
  const shipments = useQuery({ ...shipmentsOf(id, owner), enabled: data !== undefined })
  return (
    <Drawer opened onClose={onClose} size='lg' title='Order'>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Stack>
          <Group gap='xs'><Text className='mono wrap' fw={600}>{data.number} · {data.externalRef}</Text><OrderBadge status={data.status} /></Group>
          {data.holds.map(hold => (
            <Alert key={`${hold.code} ${hold.at}`} color='orange' variant='light' title={`On hold: ${hold.code}`}>
              {hold.note !== null && <Text size='sm' className='wrap'>{hold.note}</Text>}
              <Text size='xs'>
                Since <Time at={hold.at} />
              </Text>
            </Alert>
          ))}
          <Facts facts={factsOf(data)} />
          <Lines lines={data.lines} />
          {shipments.error !== null && <Failure error={shipments.error} retry={() => { shipments.refetch().catch(() => {}) }} />}
          {(shipments.data ?? []).length > 0 && <Title order={3} size='h6'>Shipments</Title>}
          {shipments.data?.map(shipment => <ShipmentCard key={shipment.id} shipment={shipment} />)}
          <Link to='/warehouse/movements' search={{ doc: data.id, ...owner === undefined ? {} : { owner } } as never}>
            <Text size='sm' span>Movements of this order</Text>
          </Link>
          <Trace type='order' id={data.id} />
        </Stack>
      )}
    </Drawer>
  )
}

const addressOf = (address: WmsOrder['shipTo']): string | null =>
  address === null ? null : Object.values(address).filter(value => typeof value === 'string' && value !== '').join(', ')

const factsOf = (order: WmsOrder): Array<[string, React.ReactNode]> => [
  ['Id', <span key='id' className='mono'>{order.id}</span>],
  ['Customer', order.customer === null ? null : Object.values(order.customer).filter(value => typeof value === 'string').join(', ')],
  ['Ship to', addressOf(order.shipTo)],
  ['Channel', order.channel],
  ['Carrier', [order.carrierCode, order.serviceCode].filter(Boolean).join(' ')],
  ['Warehouse', order.warehouse.code],
  ['Priority', `${order.priority}`],
  ['Requested ship date', order.requestedShipDate],
  ['Note', order.packingNote],
  ['Gift message', order.giftMessage],
  ['Tags', order.tags.join(', ')],
  ['Cancelled because', order.cancelReason],
  ['Version', `${order.version}`],
  ['Created', <Time key='created' at={order.createdAt} />],
  ['Last change', <Time key='updated' at={order.updatedAt} />]
]

const FEW = 50

/** An order may have 2,000. */
function Lines ({ lines }: { lines: readonly Line[] }) {
  const [all, setAll] = useState(lines.length <= FEW)
  return (
    <>
      <Title order={3} size='h6'>Lines</Title>
      <Card withBorder padding={0} role='list' aria-label='Lines'>
        {(all ? lines : lines.slice(0, FEW)).map(line => <LineRow key={line.lineNo} line={line} />)}
      </Card>
      {!all && (
        <Group justify='center'>
          <Button variant='default' size='xs' onClick={() => setAll(true)}>Show all {lines.length} lines</Button>
        </Group>
      )}
    </>
  )
}

const STAGES = [['qtyOpen', 'open'], ['qtyAllocated', 'allocated'], ['qtyPicked', 'picked'], ['qtyPacked', 'packed'], ['qtyShipped', 'shipped'], [
  'qtyCancelled', 'cancelled'
], ['qtyBackordered', 'backordered']] as const

function LineRow ({ line }: { line: Line }) {
  const { lineNo, sku, name, qtyOrdered, allocations } = line
  return (
    <div role='listitem' className='row'>
      <Stack gap={2} px='md' py={8}>
        <Group justify='space-between' gap='xs'>
          <Text size='sm' className='mono wrap'>{lineNo}. {sku}</Text>
          <Text size='sm'>{amount(qtyOrdered)} ordered</Text>
        </Group>
        {name !== null && <Text size='xs' c='dimmed' className='wrap'>{name}</Text>}
        <Text size='xs'>{STAGES.filter(([field]) => line[field] > 0).map(([field, words]) => `${amount(line[field])} ${words}`).join(' · ')}</Text>
        {allocations.map((part, index) => (
          <Text key={index} size='xs' c='dimmed' className='wrap'>
            {amount(part.qty)} {part.stage} at {part.location}
            {part.batch !== null && `, batch ${part.batch}`}
            {part.expiryDate !== null && `, good until ${part.expiryDate}`} ({part.pinned ? 'batch named by the caller' : part.strategy})
          </Text>
        ))}
      </Stack>
    </div>
  )
}

function ShipmentCard ({ shipment }: { shipment: WmsShipment }) {
  return (
    <Card withBorder padding='sm'>
      <Group justify='space-between'>
        <Text size='sm' className='wrap'>
          {[shipment.carrierCode, shipment.serviceCode].filter(Boolean).join(' ') || 'No carrier'} · <Time at={shipment.shippedAt ?? shipment.createdAt} />
        </Text>
        <Badge variant='light' flex='none' color={shipment.status === 'exception' ? 'red' : 'teal'}>{shipment.status}</Badge>
      </Group>
      {shipment.parcels.map(parcel => (
        <Text key={parcel.no} size='xs' className='wrap'>
          Parcel {parcel.no}
          {parcel.trackingNumber !== null && ` · ${parcel.trackingNumber}`}:{' '}
          {parcel.items.map(item => `${amount(item.qty)} × ${item.sku}${item.batch === null ? '' : ` (${item.batch})`}`).join(', ')}
        </Text>
      ))}
    </Card>
  )
}
