import { useState } from 'react'
import { Alert, Badge, Button, Card, Group, Menu, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/call.ts'
import { eventTypes, webhookHealth, webhooks } from '../../api/queries.ts'
import type { WebhookHealthRow, WmsWebhook } from '../../api/types.ts'
import { ConfirmByName } from '../../ui/ConfirmByName.tsx'
import { PlayIcon, PlusIcon } from '../../ui/icons.tsx'
import { notifyDone, notifyError } from '../../ui/notify.ts'
import { RowSwitch } from '../../ui/RowSwitch.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'
import { Deliveries } from './Deliveries.tsx'
import { DeliveryDrawer } from './DeliveryDrawer.tsx'
import { TestModal } from './TestModal.tsx'
import { WebhookDrawer } from './WebhookDrawer.tsx'

export function WebhooksTab () {
  const { data, error, isPending, refetch } = useQuery(webhooks)
  const health = useQuery(webhookHealth)
  const search = useSearch({ from: '/shell/integration/webhooks' })
  const navigate = useNavigate({ from: '/integration/webhooks' })
  const [testing, setTesting] = useState<WmsWebhook | null>(null)
  const [removing, setRemoving] = useState<WmsWebhook | null>(null)
  const show = (change: { edit?: string | undefined, delivery?: string | undefined, webhookId?: string | undefined, status?: string | undefined }): void => {
    navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {})
  }
  const edited = data?.find(({ id }) => id === search.edit)
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Text size='sm' c='dimmed' maw={640}>
          When something happens in the warehouse, it calls the URLs that want to know, with their Basic credentials, until each has answered with success.
        </Text>
        <Button leftSection={<PlusIcon />} onClick={() => show({ edit: 'new' })}>New webhook</Button>
      </Group>
      {isPending && <Loading />}
      {error !== null && (
        <Failure error={error} retry={() => {
          refetch().catch(() => {})
        }} />
      )}
      {data?.length === 0 && (
        <Empty title='No webhook yet' action={<Button onClick={() => show({ edit: 'new' })}>Create the first webhook</Button>}>
          Choose the events that a system wants, and the URL that they are sent to.
        </Empty>
      )}
      {data?.map(webhook => (
        <WebhookCard key={webhook.id} webhook={webhook} health={health.data?.find(({ webhookId }) => webhookId === webhook.id)}
          onEdit={() => show({ edit: webhook.id })} onTest={() => setTesting(webhook)} onRemove={() => setRemoving(webhook)}
          onDeliveries={status => show({ webhookId: webhook.id, status })} />
      ))}
      {data !== undefined && data.length > 0 && <Deliveries webhooks={data} />}
      {search.edit === 'new' && <WebhookDrawer webhook={null} onClose={() => show({ edit: undefined })} />}
      {edited !== undefined && <WebhookDrawer key={edited.id} webhook={edited} onClose={() => show({ edit: undefined })} />}
      {search.delivery !== undefined && <DeliveryDrawer id={search.delivery} onClose={() => show({ delivery: undefined })} />}
      {testing !== null && <TestModal webhook={testing} onClose={() => setTesting(null)} />}
      {removing !== null && <Remove webhook={removing} onClose={() => setRemoving(null)} />}
    </Stack>
  )
}

function WebhookCard ({ webhook, health, onEdit, onTest, onRemove, onDeliveries }: {
  webhook: WmsWebhook,
  health: WebhookHealthRow | undefined,
  onEdit: () => void,
  onTest: () => void,
  onRemove: () => void,
  onDeliveries: (status?: string) => void
}) {
  const types = useQuery(eventTypes)
  const titleOf = (id: string): string => types.data?.find(type => type.id === id)?.title ?? id
  return (
    <Card withBorder component='article' aria-label={webhook.name}>
      <Group justify='space-between' wrap='nowrap' align='start'>
        <div style={{ minWidth: 0 }}>
          <Title order={2} size='h5'>{webhook.name}</Title>
          <Text size='sm' className='mono wrap'>{webhook.url}</Text>
          <Text size='xs' c='dimmed'>as user “{webhook.auth.username}”, password stored</Text>
        </div>
        <WebhookSwitch webhook={webhook} />
      </Group>
      {webhook.pausedUntil !== null && new Date(webhook.pausedUntil) > new Date() && <Pause webhook={webhook} until={webhook.pausedUntil} />}
      <Group gap={6} mt='sm'>
        {webhook.events.slice(0, 6).map(id => <Badge key={id} variant='light' color='gray' tt='none' title={titleOf(id)}>{id}</Badge>)}
        {webhook.events.length > 6 && <Badge variant='light' color='gray' tt='none'>and {webhook.events.length - 6} more</Badge>}
      </Group>
      <Group justify='space-between' mt='sm'>
        <Health health={health} onDeliveries={onDeliveries} />
        <Group gap='xs'>
          <Button size='compact-sm' variant='light' leftSection={<PlayIcon size={14} />} onClick={onTest}>Send a test</Button>
          <Menu position='bottom-end'>
            <Menu.Target><Button size='compact-sm' variant='default' aria-label={`Actions of ${webhook.name}`}>Actions</Button></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onEdit}>Edit</Menu.Item>
              <Menu.Item onClick={() => onDeliveries()}>Its deliveries</Menu.Item>
              <Menu.Item color='red' onClick={onRemove}>Delete</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
    </Card>
  )
}

/** The receiver asked for it; an operator may know better. */
function Pause ({ webhook, until }: { webhook: WmsWebhook, until: string }) {
  const cache = useQueryClient()
  const resume = useMutation({
    mutationFn: async () => await call('POST', `/webhooks/${webhook.id}/resume`),
    onSuccess: () => { notifyDone(`${webhook.name}: what waited is sent now.`) },
    onError: notifyError,
    onSettled: () => { cache.invalidateQueries({ queryKey: webhooks.queryKey }).catch(() => {}) }
  })
  return (
    <Alert mt='sm' color='yellow' title={<>Paused by the receiver until <Time at={until} /></>}>
      <Group justify='space-between'>
        <Text size='sm'>It answered “too many requests” or “unavailable”.</Text>
        <Button size='compact-sm' variant='default' loading={resume.isPending} onClick={() => resume.mutate()}>Send now</Button>
      </Group>
    </Alert>
  )
}

/** Since a day ago, at a glance. */
function Health ({ health, onDeliveries }: { health: WebhookHealthRow | undefined, onDeliveries: (status?: string) => void }) {
  if (health === undefined) return <Text size='sm' c='dimmed'>…</Text>
  const { pending, dead, succeeded, oldestPendingAt, lastSuccessAt } = health
  if (pending + dead + succeeded === 0) return <Text size='sm' c='dimmed'>Nothing was sent in the last 24 hours.</Text>
  return (
    <Group gap='xs'>
      <button type='button' className='bare' onClick={() => onDeliveries('succeeded')}>
        <Badge variant='light' color='teal'>{succeeded.toLocaleString()} delivered</Badge>
      </button>
      {pending > 0 && (
        <button type='button' className='bare' onClick={() => onDeliveries('pending')}>
          <Badge variant='light' color='orange'>{pending.toLocaleString()} waiting</Badge>
        </button>
      )}
      {dead > 0 && (
        <button type='button' className='bare' onClick={() => onDeliveries('dead')}>
          <Badge variant='light' color='red'>{dead.toLocaleString()} failed</Badge>
        </button>
      )}
      <Text size='xs' c='dimmed'>
        {oldestPendingAt !== null
          ? (
            <>
              oldest waits since <Time at={oldestPendingAt} ago />
            </>
            )
          : lastSuccessAt !== null && (
            <>
              last success <Time at={lastSuccessAt} ago />
            </>
          )}
      </Text>
    </Group>
  )
}

function WebhookSwitch ({ webhook }: { webhook: WmsWebhook }) {
  return (
    <RowSwitch path='/webhooks' entity='webhook' queryKey={webhooks.queryKey} row={webhook} label={`${webhook.name} is on`}
      on={`${webhook.name} is on: what waited is sent now.`} off={`${webhook.name} is paused: its deliveries wait.`} />
  )
}

function Remove ({ webhook, onClose }: { webhook: WmsWebhook, onClose: () => void }) {
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call('DELETE', `/webhooks/${webhook.id}`),
    onSuccess: () => { notifyDone(`${webhook.name} is deleted.`); onClose() },
    onError: notifyError,
    onSettled: () => { cache.invalidateQueries({ queryKey: webhooks.queryKey }).catch(() => {}) }
  })
  return (
    <ConfirmByName title={`Delete ${webhook.name}?`} name={webhook.name} action='Delete' busy={remove.isPending} onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Deliveries that wait for it are cancelled. To stop it for a while, pause it instead: then they wait.
    </ConfirmByName>
  )
}
