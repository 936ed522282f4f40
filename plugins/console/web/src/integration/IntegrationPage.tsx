import { lazy, Suspense } from 'react'
import { Alert, Anchor, Button, Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { plugins } from '../api/queries.ts'
import type { WmsPlugin } from '../api/types.ts'
import { INTEGRATION, PluginSwitch, StateBadge } from '../plugins/PluginsPage.tsx'
import { BookIcon, ExternalIcon } from '../ui/icons.tsx'
import { Failure } from '../ui/states.tsx'

const Guide = lazy(async () => ({ default: (await import('./guide/Guide.tsx')).Guide }))

/** Label and place are those that the plugin declares; one that is not installed has no tab. */
const TABS = [
  { value: 'overview', plugin: 'audit', label: 'Overview', order: 0 },
  { value: 'settings', plugin: 'operations' },
  { value: 'webhooks', plugin: 'webhooks' },
  { value: 'clients', plugin: 'clients' },
  { value: 'audit', plugin: 'audit' }
] as const satisfies ReadonlyArray<{ value: string, plugin: string, label?: string, order?: number }>

function tabsOf (installed: readonly WmsPlugin[]): Array<{ value: string, label: string }> {
  return TABS.flatMap(tab => {
    const place = installed.find(({ id }) => id === tab.plugin)?.console
    return place == null ? [] : [{ label: place.label, order: place.order, ...tab }]
  }).sort((a, b) => a.order - b.order)
}

export function IntegrationPage () {
  const { data, error, refetch } = useQuery(plugins)
  const { guide } = useSearch({ from: '/shell/integration' })
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const tab = TABS.find(({ value }) => path.startsWith(`/integration/${value}`))?.value ?? 'settings'
  const plugin = data?.find(({ id }) => id === INTEGRATION)
  const neededBy = (data ?? []).filter(other => other.requires.includes(INTEGRATION)).map(other => other.title)
  const showGuide = (shown: boolean): void => {
    navigate({ to: '.', search: ((old: object) => ({ ...old, guide: shown ? 'open' : undefined })) as never }).catch(() => {})
  }
  return (
    <Stack>
      <Group justify='space-between' align='start'>
        <div>
          <Text size='xs' c='dimmed'>Plugins · Other Integrations</Text>
          <Group gap='sm'>
            <Title order={1} size='h2'>LogisticsWMS API &amp; Webhooks</Title>
            {plugin === undefined ? <Skeleton width={60} height={20} /> : <StateBadge plugin={plugin} />}
          </Group>
          <Group gap='md' mt={4}>
            <Anchor href='/docs' target='_blank' rel='noreferrer' size='sm'>
              <Group gap={4} component='span'>
                Swagger <ExternalIcon size={14} />
              </Group>
            </Anchor>
            <Anchor href='/docs/json' target='_blank' rel='noreferrer' size='sm'>
              <Group gap={4} component='span'>
                OpenAPI document <ExternalIcon size={14} />
              </Group>
            </Anchor>
          </Group>
        </div>
        <Group>
          <Button variant='light' leftSection={<BookIcon />} onClick={() => showGuide(true)}>Integration Guide</Button>
          {plugin !== undefined && <PluginSwitch plugin={plugin} neededBy={neededBy} label='Active' />}
        </Group>
      </Group>
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {plugin?.enabled === false && (
        <Alert color='blue' variant='light' title='Not active'>
          External systems get 404 for everything, and webhook deliveries wait. Prepare settings, clients and webhooks now, and activate it when you are ready.
        </Alert>
      )}
      <Tabs value={tab} onChange={value => { navigate({ to: `/integration/${value as 'settings'}` }).catch(() => {}) }} keepMounted={false}>
        <Tabs.List>
          {tabsOf(data ?? []).map(({ value, label }) => <Tabs.Tab key={value} value={value}>{label}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab} pt='md'><Outlet /></Tabs.Panel>
      </Tabs>
      {guide === 'open' && <Suspense><Guide onClose={() => showGuide(false)} /></Suspense>}
    </Stack>
  )
}
