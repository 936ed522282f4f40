import { Badge, Box, Card, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { product, stockOf } from '../api/warehouse.ts'
import type { WmsProduct, WmsStock } from '../api/types.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { amount, Facts } from '../ui/Facts.tsx'
import { Trace } from './Trace.tsx'

/** A product, where it lies, and what was published about it. */
export function ProductDrawer ({ id, owner, onClose }: { id: string, owner: string | undefined, onClose: () => void }) {
  const { data, error, isPending, refetch } = useQuery(product(id, owner))
  const stock = useQuery({ ...stockOf(id, owner), enabled: data?.kind === 'stock' })
  return (
    <Drawer opened onClose={onClose} size='lg' title='Product'>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Stack>
          <div>
            <Group gap='xs'>
              <Text className='mono wrap' fw={600}>{data.sku}</Text>
              <Badge variant='light' color={data.status === 'active' ? 'teal' : 'gray'}>{data.status}</Badge>
            </Group>
            <Text className='wrap'>{data.name}</Text>
          </div>
          <Facts facts={factsOf(data)} />
          {data.kind === 'stock' && (
            <>
              <Group justify='space-between'>
                <Title order={3} size='h6'>Stock</Title>
                <Link to='/warehouse/movements' search={{ product: data.id, ...owner === undefined ? {} : { owner } } as never}>
                  <Text size='sm' span>Its movements</Text>
                </Link>
              </Group>
              {stock.isPending && <Loading rows={2} />}
              {stock.error !== null && <Failure error={stock.error} retry={() => { stock.refetch().catch(() => {}) }} />}
              {stock.data?.warehouses.length === 0 && <Text size='sm' c='dimmed'>No stock so far.</Text>}
              {stock.data?.warehouses.map(state => <Place key={state.warehouse.id} state={state} owner={owner} />)}
            </>
          )}
          <Trace type='product' id={data.id} />
        </Stack>
      )}
    </Drawer>
  )
}

const factsOf = (product: WmsProduct): Array<[string, React.ReactNode]> => [
  ['Id', <span key='id' className='mono'>{product.id}</span>],
  ['Caller\'s reference', product.externalRef],
  ['Kind', product.kind],
  ['Tracked by', [product.trackBatch && 'batch', product.trackExpiry && 'expiry date', product.trackSerial && 'serial number'].filter(Boolean).join(', ')],
  ['Unit', [product.baseUom, ...product.uoms.map(({ code, qtyInBase }) => `${code} of ${amount(qtyInBase)}`)].join(', ')],
  ['Barcodes', product.barcodes.map(({ value }) => value).join(', ')],
  ['Safety stock', product.safetyStock === 0 ? null : amount(product.safetyStock)],
  ['Reorder point', product.reorderPoint === null ? null : amount(product.reorderPoint)],
  ['Version', `${product.version}`],
  ['Created', <Time key='created' at={product.createdAt} />],
  ['Last change', <Time key='updated' at={product.updatedAt} />]
]

const REASONS = {
  quality: 'in quality check', quarantine: 'in quarantine', damaged: 'damaged', blocked: 'blocked', expired: 'expired', safetyStock: 'safety stock'
} as const

/** What lies in one warehouse: in all, by batch, and by location. */
function Place ({ state, owner }: { state: WmsStock, owner: string | undefined }) {
  const { warehouse, onHand, reserved, available, backordered, incoming, unavailable, byBatch, byLocation = [] } = state
  const parts = [
    `${amount(available)} available`,
    `${amount(reserved)} reserved`,
    ...Object.entries(REASONS).flatMap(([reason, words]) =>
      unavailable[reason as keyof typeof REASONS] === 0 ? [] : [`${amount(unavailable[reason as keyof typeof REASONS])} ${words}`]
    )
  ]
  return (
    <Card withBorder component='section' aria-label={`Stock in ${warehouse.code}`}>
      <Group justify='space-between'>
        <Text fw={600}>{warehouse.code}</Text>
        <Text size='sm'>{amount(onHand)} on hand</Text>
      </Group>
      <Text size='sm' c='dimmed'>
        {parts.join(' · ')}{backordered > 0 && ` · ${amount(backordered)} backordered`}{incoming > 0 && ` · ${amount(incoming)} incoming`}
      </Text>
      {byBatch.length > 0 && (
        <div className='scrolls' tabIndex={0} role='region' aria-label='Stock by batch'>
          <Table aria-label='By batch' fz='sm' miw={400} className='onOneLine'>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Batch</Table.Th>
                <Table.Th>Expiry date</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th ta='right'>On hand</Table.Th>
                <Table.Th ta='right'>Available</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {byBatch.map(batch => (
                <Table.Tr key={batch.batchId}>
                  <Table.Td>
                    <Link to='/warehouse/movements' search={{ batch: batch.batchId, ...owner === undefined ? {} : { owner } } as never}
                      aria-label={`Movements of batch ${batch.code}`}
                    >
                      <span className='mono'>{batch.code}</span>
                    </Link>
                  </Table.Td>
                  <Table.Td>{batch.expiryDate ?? '–'}</Table.Td>
                  <Table.Td>
                    <Badge variant='light' flex='none' color={batch.status === 'released' ? 'teal' : 'orange'}>{batch.status}</Badge>
                  </Table.Td>
                  <Table.Td ta='right'>{amount(batch.onHand)}</Table.Td>
                  <Table.Td ta='right'>{amount(batch.available)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {byLocation.length > 0 && (
        <div className='scrolls' tabIndex={0} role='region' aria-label='Stock by location'>
          <Table aria-label='By location' fz='sm' miw={400} className='onOneLine'>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Location</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Batch</Table.Th>
                <Table.Th ta='right'>On hand</Table.Th>
                <Table.Th ta='right'>Reserved</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {byLocation.map(({ locationId, location, status, batchId, batch, onHand, reserved }) => (
                <Table.Tr key={`${locationId} ${status} ${batchId ?? ''}`}>
                  <Table.Td className='mono'>{location}</Table.Td><Table.Td>{status}</Table.Td><Table.Td className='mono'>{batch ?? '–'}</Table.Td>
                  <Table.Td ta='right'>{amount(onHand)}</Table.Td><Table.Td ta='right'>{amount(reserved)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Text size='xs' c='dimmed'>Last change <Time at={state.updatedAt} /></Text>
      <Box mt='sm'><Trace type='product' id={state.product.id} subject={`${state.product.id}:${warehouse.id}`} title='Events of this stock' /></Box>
    </Card>
  )
}
