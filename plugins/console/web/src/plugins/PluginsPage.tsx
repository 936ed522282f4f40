import { useState } from 'react'
import { Badge, Button, Card, Group, Modal, SimpleGrid, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { plugins } from '../api/queries.ts'
import type { WmsPlugin } from '../api/types.ts'
import { SearchIcon } from '../ui/icons.tsx'
import { Empty, Failure, Loading } from '../ui/states.tsx'
import { usePluginSwitch } from './usePluginSwitch.ts'

export const INTEGRATION = 'external-api'
/** What an operator comes for stands first. */
const FIRST = 'Other Integrations'

export function PluginsPage () {
  const { data, error, isPending, refetch } = useQuery(plugins)
  const { q = '' } = useSearch({ from: '/shell/plugins' })
  const navigate = useNavigate({ from: '/plugins' })
  const words = q.toLowerCase().split(/\s+/)
  const shown = (data ?? []).filter(plugin => words.every(word => `${plugin.title} ${plugin.summary} ${plugin.category}`.toLowerCase().includes(word)))
  const categories = [...new Set(shown.map(plugin => plugin.category))].sort((a, b) => Number(b === FIRST) - Number(a === FIRST) || a.localeCompare(b))
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <div>
          <Title order={1} size='h2'>Plugins</Title>
          <Text c='dimmed' size='sm'>What this installation can do. Switches act at once, in every process.</Text>
        </div>
        <TextInput aria-label='Search plugins' placeholder='Search' leftSection={<SearchIcon size={16} />} value={q} onChange={event => {
          navigate({ search: event.currentTarget.value === '' ? {} : { q: event.currentTarget.value }, replace: true, resetScroll: false }).catch(() => {})
        }} />
      </Group>
      {isPending && <Loading rows={6} />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && shown.length === 0 && (
        <Empty title='No plugin has these words' action={<Button variant='default' component={Link} to='/plugins'>Show all</Button>}>
          Titles, summaries and categories were searched.
        </Empty>
      )}
      {categories.map(category => (
        <Stack key={category} component='section' aria-label={category}>
          <Title order={2} size='h4'>{category}</Title>
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            {shown.filter(plugin => plugin.category === category).map(plugin => <PluginCard key={plugin.id} plugin={plugin} all={data ?? []} />)}
          </SimpleGrid>
        </Stack>
      ))}
    </Stack>
  )
}

function PluginCard ({ plugin, all }: { plugin: WmsPlugin, all: readonly WmsPlugin[] }) {
  const titleOf = (id: string): string => all.find(other => other.id === id)?.title ?? id
  const neededBy = all.filter(other => other.requires.includes(plugin.id)).map(other => other.title)
  return (
    <Card withBorder component='article' aria-label={plugin.title}>
      <Stack gap='xs' h='100%'>
        <Group justify='space-between' wrap='nowrap' align='start'>
          <Title order={3} size='h5'>{plugin.id === INTEGRATION ? <Link to='/integration'>{plugin.title}</Link> : plugin.title}</Title>
          <PluginSwitch plugin={plugin} neededBy={neededBy} />
        </Group>
        <Text size='sm' style={{ flexGrow: 1 }}>{plugin.summary}</Text>
        {plugin.requires.length > 0 && <Text size='xs' c='dimmed'>Needs: {plugin.requires.map(titleOf).join(', ')}</Text>}
        {neededBy.length > 0 && <Text size='xs' c='dimmed'>Needed by: {neededBy.join(', ')}</Text>}
        <Group gap='xs'>
          <StateBadge plugin={plugin} />
          {plugin.enabled && plugin.waitingFor.length > 0 && <Text size='xs'>waits for {plugin.waitingFor.map(titleOf).join(', ')}</Text>}
          {plugin.id === INTEGRATION && <Button size='compact-sm' variant='light' component={Link} to='/integration'>Open</Button>}
        </Group>
      </Stack>
    </Card>
  )
}

export function StateBadge ({ plugin }: { plugin: WmsPlugin }) {
  if (plugin.locked) return <Badge variant='light' color='gray'>always on</Badge>
  if (!plugin.enabled) return <Badge variant='light' color='gray'>off</Badge>
  return plugin.effective ? <Badge variant='light' color='teal'>on</Badge> : <Badge variant='light' color='orange'>on, but waiting</Badge>
}

const CONSEQUENCE: Readonly<Record<string, string>> = {
  [INTEGRATION]: 'External systems get 404 at once, and webhook deliveries wait until it is on again. Nothing is lost.',
  webhooks: 'Deliveries wait until it is on again. Nothing is lost.',
  docs: 'The Swagger is gone until it is on again.',
  console: 'This page is gone at once. It comes back with: PATCH /api/admin/v1/plugins/console {"enabled": true}'
}

/** On at once; off after its consequence was read. */
export function PluginSwitch ({ plugin, neededBy, label }: { plugin: WmsPlugin, neededBy: readonly string[], label?: string }) {
  const change = usePluginSwitch()
  const [asking, setAsking] = useState(false)
  const set = (enabled: boolean): void => {
    setAsking(false)
    change.mutate({ plugin, enabled })
  }
  return (
    <>
      <Switch aria-label={`Activate ${plugin.title}`} label={label} checked={plugin.enabled} disabled={plugin.locked}
        onChange={event => { if (event.currentTarget.checked) set(true); else setAsking(true) }} />
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Switch ${plugin.title} off?`}>
        <Stack>
          <Text size='sm'>{CONSEQUENCE[plugin.id] ?? 'Its operations answer 404 at once, until it is on again.'}</Text>
          {neededBy.length > 0 && <Text size='sm'>These need it and stop as well: {neededBy.join(', ')}.</Text>}
          <Group justify='flex-end'>
            <Button variant='default' data-autofocus onClick={() => setAsking(false)}>Cancel</Button>
            <Button color='red' onClick={() => set(false)}>Switch off</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
