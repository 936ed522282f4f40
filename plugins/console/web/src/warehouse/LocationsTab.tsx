// Where goods lie: warehouses, and the locations of one by zone.
import { Badge, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { session } from '../api/queries.ts'
import type { WmsLocation } from '../api/types.ts'
import { locations, warehouses } from '../api/warehouse.ts'
import { PlusIcon } from '../ui/icons.tsx'
import { OpenRow } from '../ui/OpenRow.tsx'
import { SearchBox } from '../ui/SearchBox.tsx'
import { Empty, Failure, Loading } from '../ui/states.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { ImportDrawer } from './ImportDrawer.tsx'
import { LocationDrawer } from './LocationDrawer.tsx'
import { WarehouseDrawer } from './WarehouseDrawer.tsx'

interface Search { at?: string | undefined, q?: string | undefined, zone?: string | undefined, edit?: string | undefined }

export function LocationsTab () {
  const { data, error, isPending, refetch } = useQuery(warehouses)
  const role = useQuery(session).data?.operator?.role
  const mayEdit = role === 'operator' || role === 'admin'
  const { at, q, zone, edit } = useSearch({ from: '/shell/warehouse/locations' })
  const navigate = useNavigate({ from: '/warehouse/locations' })
  const set = (change: Search): void => { navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {}) }
  if (isPending) return <Loading />
  if (error !== null) return <Failure error={error} retry={() => { refetch().catch(() => {}) }} />
  const chosen = data.find(({ id }) => id === at) ?? data.find(({ active }) => active) ?? data[0]
  if (chosen === undefined) return <Empty title='No warehouse'>Create the first one.</Empty>
  const close = (): void => set({ edit: undefined })
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Group gap='xs' align='end'>
          <Select label='Warehouse' allowDeselect={false} searchable value={chosen.id}
            data={data.map(({ id, code, name, active }) => ({ value: id, label: `${code} – ${name}${active ? '' : ' (archived)'}` }))}
            onChange={value => set({ at: value ?? undefined, q: undefined, zone: undefined })} />
          {mayEdit && <Button variant='default' onClick={() => set({ edit: 'warehouse' })}>Edit</Button>}
          {mayEdit && <Button variant='default' leftSection={<PlusIcon />} onClick={() => set({ edit: 'new-warehouse' })}>New warehouse</Button>}
        </Group>
        {mayEdit && (
          <Group gap='xs'>
            <Button variant='default' onClick={() => set({ edit: 'import' })}>Import CSV</Button>
            <Button leftSection={<PlusIcon />} onClick={() => set({ edit: 'new' })}>New location</Button>
          </Group>
        )}
      </Group>
      <Text size='sm' c='dimmed'>
        {chosen.defaultReceivingLocation === null
          ? 'Goods have no place to arrive at yet: its first location becomes that place.'
          : `Goods arrive at ${chosen.defaultReceivingLocation} and wait for the carrier at ${
            chosen.defaultShippingLocation ?? chosen.defaultReceivingLocation
          }.`}
        {` Time zone ${chosen.timezone}.`}
      </Text>
      <Group gap='xs'>
        <SearchBox label='Start of code or barcode' value={q} onSearch={text => set({ q: text })} />
        <SearchBox label='Zone' value={zone} onSearch={text => set({ zone: text })} />
      </Group>
      <VirtualList key={chosen.id} label='Locations' query={locations(chosen.id, { q, zone })} keyOf={idOf}
        render={location => <Row location={location} onOpen={() => set({ edit: location.id })} />}
        empty={
          <Empty title={q === undefined && zone === undefined ? 'No location yet' : 'No location is like that'} action={q === undefined && zone === undefined
            ? undefined
            : <Button variant='default' onClick={() => set({ q: undefined, zone: undefined })}>Show all</Button>}
          >
            {q === undefined && zone === undefined ? 'Goods need at least one.' : 'The search looks at the start of code and barcode.'}
          </Empty>
        } />
      {edit === 'warehouse' && <WarehouseDrawer key={chosen.id} warehouse={chosen} onClose={close} onSaved={close} />}
      {edit === 'new-warehouse' && <WarehouseDrawer warehouse={null} onClose={close} onSaved={id => set({ edit: undefined, at: id })} />}
      {edit === 'import' && mayEdit && <ImportDrawer warehouse={chosen} onClose={close} />}
      {edit === 'new' && <LocationDrawer warehouse={chosen} id={null} mayEdit={mayEdit} onClose={close} />}
      {edit?.startsWith('loc_') === true && <LocationDrawer key={edit} warehouse={chosen} id={edit} mayEdit={mayEdit} onClose={close} />}
    </Stack>
  )
}

const idOf = ({ id }: WmsLocation): string => id

function Row ({ location, onOpen }: { location: WmsLocation, onOpen: () => void }) {
  const { code, zone, type, parent, pickable, receivable, locked, lockReason, active } = location
  return (
    <OpenRow onOpen={onOpen} left={(
      <div style={{ minWidth: 0 }}>
        <Text size='sm' className='mono wrap'>{code}</Text>
        <Text size='xs' c='dimmed' className='wrap'>{[type, zone === null ? null : `zone ${zone}`, parent === null ? null : `in ${parent}`]
          .filter(part => part !== null).join(' · ')}
        </Text>
      </div>
    )} right={(
      <Group gap='xs'>
        {!active && <Badge variant='light' color='gray' flex='none'>archived</Badge>}
        {locked && <Badge variant='light' color='red' flex='none' title={lockReason ?? undefined}>locked</Badge>}
        {!pickable && <Badge variant='light' color='gray' flex='none'>not picked from</Badge>}
        {!receivable && <Badge variant='light' color='gray' flex='none'>takes no deliveries</Badge>}
      </Group>
    )} />
  )
}
