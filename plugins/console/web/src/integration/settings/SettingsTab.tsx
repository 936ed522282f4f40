import { useState } from 'react'
import { Badge, Button, Card, Group, Menu, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { operations } from '../../api/queries.ts'
import type { WmsOperation } from '../../api/types.ts'
import { SearchIcon } from '../../ui/icons.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { PresetPreview } from './PresetPreview.tsx'
import { PRESETS, type Preset } from './presets.ts'
import { SettingsDrawer } from './SettingsDrawer.tsx'
import { useOperationChange } from './useOperationChange.ts'

export function SettingsTab () {
  const { data, error, isPending, refetch } = useQuery(operations)
  const { q = '', edit } = useSearch({ from: '/shell/integration/settings' })
  const navigate = useNavigate({ from: '/integration/settings' })
  const [preset, setPreset] = useState<Preset | null>(null)
  const words = q.toLowerCase().split(/\s+/)
  const shown = (data?.data ?? []).filter(({ title, id, path, group }) => words.every(word => `${title} ${id} ${path} ${group}`.toLowerCase().includes(word)))
  const groups = [...new Set(shown.map(({ group }) => group))]
  const edited = data?.data.find(({ id }) => id === edit)
  const show = (search: { q?: string, edit?: string }): void => { navigate({ search, replace: true, resetScroll: false }).catch(() => {}) }
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Text size='sm' c='dimmed' maw={640}>
          Which operations external systems may call at all, and with which defaults. What is off answers 404 and is not in the Swagger. Which client may call
          what is decided per client.
        </Text>
        <Group>
          <TextInput aria-label='Search operations' placeholder='Search' leftSection={<SearchIcon size={16} />} value={q}
            onChange={event => show(event.currentTarget.value === '' ? {} : { q: event.currentTarget.value })} />
          <Menu position='bottom-end'>
            <Menu.Target><Button variant='default'>Presets</Button></Menu.Target>
            <Menu.Dropdown>
              {PRESETS.map(candidate => (
                <Menu.Item key={candidate.id} onClick={() => setPreset(candidate)}>
                  {candidate.label}
                  <Text size='xs' c='dimmed' maw={260}>{candidate.description}</Text>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {isPending && <Loading rows={8} />}
      {error !== null && (
        <Failure error={error} retry={() => {
          refetch().catch(() => {})
        }} />
      )}
      {data !== undefined && shown.length === 0 && (
        <Empty title='No operation has these words' action={<Button variant='default' onClick={() => show({})}>Show all</Button>} />
      )}
      {groups.map(group => (
        <OperationGroup key={group} title={group} operations={shown.filter(operation => operation.group === group)}
          onEdit={id => show({ ...(q === '' ? {} : { q }), edit: id })} />
      ))}
      {preset !== null && data !== undefined && <PresetPreview preset={preset} operations={data} onClose={() => setPreset(null)} />}
      {edited?.settingsSchema != null && <SettingsDrawer key={edited.id} operation={edited} onClose={() => show(q === '' ? {} : { q })} />}
    </Stack>
  )
}

function OperationGroup ({ title, operations, onEdit }: { title: string, operations: readonly WmsOperation[], onEdit: (id: string) => void }) {
  const change = useOperationChange()
  const free = operations.filter(({ locked }) => !locked)
  const on = operations.filter(({ enabled }) => enabled).length
  const all = free.every(({ enabled }) => enabled)
  return (
    <Card withBorder component='section' aria-label={title}>
      <Group justify='space-between' mb='xs'>
        <Group gap='xs'>
          <Title order={2} size='h4'>{title}</Title>
          <Badge variant='light' color='gray'>{on} of {operations.length} on</Badge>
        </Group>
        <Switch label='All of this group' labelPosition='left' checked={all} disabled={free.length === 0}
          onChange={event => {
            const enabled = event.currentTarget.checked
            change.mutate({ changes: free.filter(operation => operation.enabled !== enabled).map(({ id }) => ({ id, enabled })) })
          }} />
      </Group>
      <Stack gap={0}>
        {operations.map(operation => (
          <Group key={operation.id} justify='space-between' wrap='nowrap' py={6} style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
            <div style={{ minWidth: 0 }}>
              <Text size='sm' fw={500}>{operation.title}</Text>
              <Text size='xs' c='dimmed' className='mono wrap'>{operation.method} {operation.path}</Text>
            </div>
            <Group gap='sm' wrap='nowrap'>
              {operation.settings !== null && (
                <Button size='compact-sm' variant='light' onClick={() => onEdit(operation.id)} aria-label={`Defaults of ${operation.title}`}>Defaults</Button>
              )}
              <Switch aria-label={operation.title} checked={operation.enabled} disabled={operation.locked} onChange={event =>
                change.mutate({ changes: [{ id: operation.id, enabled: event.currentTarget.checked }] })} />
            </Group>
          </Group>
        ))}
      </Stack>
    </Card>
  )
}
