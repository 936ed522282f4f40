// What callers have made of the warehouse: to look at, and to follow to the events and the audit; and where goods lie, and whose they are, to set up.
import { Alert, Group, Select, Stack, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { plugins } from '../api/queries.ts'
import { owners } from '../api/warehouse.ts'
import { Failure, Loading } from '../ui/states.tsx'

const TABS = [
  { value: 'products', label: 'Products' },
  { value: 'stock', label: 'Stock' },
  { value: 'orders', label: 'Orders' },
  { value: 'movements', label: 'Movements' },
  { value: 'locations', label: 'Locations' },
  { value: 'owners', label: 'Owners' }
] as const

export function WarehousePage () {
  const { data, error, refetch } = useQuery(plugins)
  const { owner } = useSearch({ from: '/shell/warehouse' })
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const tab = TABS.find(({ value }) => path.startsWith(`/warehouse/${value}`))?.value ?? 'products'
  const plugin = data?.find(({ id }) => id === 'warehouse')
  const titleOf = (id: string): string => data?.find(other => other.id === id)?.title ?? id
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <div>
          <Title order={1} size='h2'>Warehouse</Title>
          <Text c='dimmed' size='sm'>
            Products, stock and orders, read only: follow anything to its events and to the calls that made it. Locations and owners are set up here.
          </Text>
        </div>
        {plugin?.effective === true && (
          <OwnerSelect owner={owner} onChange={value => {
            navigate({ to: `/warehouse/${tab}`, search: { owner: value } as never }).catch(() => {})
          }} />
        )}
      </Group>
      {data === undefined && error === null && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && plugin?.effective !== true && (
        <Alert color='blue' variant='light' title='Not active'>
          {plugin === undefined
            ? 'The plugin Warehouse is not installed.'
            : `It waits for ${(plugin.enabled ? [] : [plugin.title]).concat(plugin.waitingFor.map(titleOf)).join(', ')} to be switched on.`}{' '}
          <Link to='/plugins'>Plugins</Link>
        </Alert>
      )}
      {plugin?.effective === true && (
        <Tabs value={tab} onChange={value => {
          navigate({ to: `/warehouse/${value as 'products'}`, search: { owner } as never }).catch(() => {})
        }} keepMounted={false}>
          <Tabs.List>{TABS.map(({ value, label }) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}</Tabs.List>
          <Tabs.Panel value={tab} pt='md'><Outlet /></Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  )
}

/** Most installations have one owner, and nothing to choose. */
function OwnerSelect ({ owner, onChange }: { owner: string | undefined, onChange: (id: string | undefined) => void }) {
  const { data = [], error } = useQuery(owners)
  if (error !== null) return <Text size='sm' c='red'>The owners can't be read: these are the goods of the default owner.</Text>
  if (data.length < 2) return null
  const standard = data.find(({ code }) => code === 'default')?.id ?? null
  return (
    <Select label='Owner' allowDeselect={false} searchable data={data.map(({ id, name }) => ({ value: id, label: name }))} value={owner ?? standard}
      onChange={value => onChange(value === standard ? undefined : value ?? undefined)} />
  )
}
