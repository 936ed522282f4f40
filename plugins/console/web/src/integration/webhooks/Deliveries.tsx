import { useState } from 'react'
import { Badge, Button, Card, Checkbox, Group, Progress, Select, Stack, Table, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/call.ts'
import { deliveries, eventTypes } from '../../api/queries.ts'
import type { WmsDelivery, WmsWebhook } from '../../api/types.ts'
import { RepeatIcon } from '../../ui/icons.tsx'
import { notifyDone, notifyError } from '../../ui/notify.ts'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'

const STATUS_COLOURS: Readonly<Record<WmsDelivery['status'], string>> = {
  pending: 'orange', sending: 'blue', succeeded: 'teal', dead: 'red', cancelled: 'gray'
}
const STATUS_LABELS: Readonly<Record<WmsDelivery['status'], string>> = {
  pending: 'pending', sending: 'sending', succeeded: 'delivered', dead: 'failed', cancelled: 'cancelled'
}

export const StatusBadge = ({ status }: { status: WmsDelivery['status'] }) => (
  <Badge variant='light' color={STATUS_COLOURS[status]}>{STATUS_LABELS[status]}</Badge>
)

const hasEnded = ({ status }: WmsDelivery): boolean => status === 'dead' || status === 'succeeded'

export function Deliveries ({ webhooks }: { webhooks: readonly WmsWebhook[] }) {
  const search = useSearch({ from: '/shell/integration/webhooks' })
  const navigate = useNavigate({ from: '/integration/webhooks' })
  const types = useQuery(eventTypes)
  const { webhookId, status, eventType, eventId } = search
  const list = useInfiniteQuery({ ...deliveries({ webhookId, status, eventType, eventId }), refetchInterval: 10_000 })
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? []
  const set = (change: Record<string, string | undefined>): void => {
    setPicked(new Set())
    navigate({ search: old => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => {})
  }
  const pick = (ids: readonly string[], on: boolean): void => setPicked(new Set([...picked].filter(id => !ids.includes(id)).concat(on ? ids : [])))
  const endable = rows.filter(hasEnded).map(({ id }) => id)
  const nameOf = (id: string): string => webhooks.find(webhook => webhook.id === id)?.name ?? 'deleted webhook'
  const isFiltered = [webhookId, status, eventType, eventId].some(value => value !== undefined)
  return (
    <Card withBorder component='section' aria-label='Deliveries'>
      <Group justify='space-between' mb='sm' align='end'>
        <Title order={2} size='h4'>Deliveries</Title>
        <Group gap='xs'>
          <Select aria-label='Webhook' placeholder='All webhooks' clearable data={webhooks.map(({ id, name }) => ({ value: id, label: name }))}
            value={webhookId ?? null} onChange={value => set({ webhookId: value ?? undefined })} />
          <Select aria-label='State' placeholder='All states' clearable data={Object.entries(STATUS_LABELS).map(([value, label]) => ({ value, label }))}
            value={status ?? null} onChange={value => set({ status: value ?? undefined })} />
          <Select aria-label='Event' placeholder='All events' clearable searchable data={(types.data ?? []).map(({ id }) => id)} value={eventType ?? null}
            onChange={value => set({ eventType: value ?? undefined })} />
        </Group>
      </Group>
      <Redeliver ids={[...picked]} onDone={() => setPicked(new Set())} />
      {list.isPending && <Loading />}
      {list.error !== null && <Failure error={list.error} retry={() => { list.refetch().catch(() => {}) }} />}
      {list.data !== undefined && rows.length === 0 && (
        <Empty title={isFiltered ? 'No delivery is like that' : 'Nothing was sent yet'} action={isFiltered
          ? (
            <Button variant='default' onClick={() => set({ webhookId: undefined, status: undefined, eventType: undefined, eventId: undefined })}>
              Show all
            </Button>
            )
          : undefined}
        >
          {isFiltered ? 'Loosen the filters.' : 'As soon as an event occurs that a webhook wants, its delivery is here.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={40}>
                  <Checkbox aria-label='Choose all that have ended' checked={endable.length > 0 && endable.every(id => picked.has(id))} onChange={event =>
                    pick(endable, event.currentTarget.checked)} />
                </Table.Th>
                <Table.Th>Event</Table.Th>
                <Table.Th>Webhook</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Attempts</Table.Th>
                <Table.Th>When</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(row => (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <Checkbox aria-label={`Choose ${row.id}`} disabled={!hasEnded(row)} checked={picked.has(row.id)} onChange={event =>
                      pick([row.id], event.currentTarget.checked)} />
                  </Table.Td>
                  <Table.Td>
                    <button type='button' className='bare' onClick={() => set({ delivery: row.id })}>
                      <Text size='sm' td='underline' className='mono'>{row.eventType}</Text>
                    </button>
                  </Table.Td>
                  <Table.Td>{nameOf(row.webhookId)}</Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      <StatusBadge status={row.status} />
                      {row.holdReason !== null && <Text size='xs' c='dimmed'>{HOLD[row.holdReason]}</Text>}
                    </Group>
                  </Table.Td>
                  <Table.Td>{row.attemptCount} of {row.maxAttempts}</Table.Td>
                  <Table.Td><Time at={row.createdAt} ago /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {list.hasNextPage && (
        <Group justify='center' mt='sm'>
          <Button variant='default' loading={list.isFetchingNextPage} onClick={() => {
            list.fetchNextPage().catch(() => {})
          }}>
            Older ones
          </Button>
        </Group>
      )}
    </Card>
  )
}

export const HOLD: Readonly<Record<NonNullable<WmsDelivery['holdReason']>, string>> = {
  switched_off: 'held: the integration is off', webhook_disabled: 'held: the webhook is paused', receiver_asked: 'held: the receiver asked for a pause'
}

/** Sends one or many again, one after the other, and shows how far it is. */
function Redeliver ({ ids, onDone }: { ids: readonly string[], onDone: () => void }) {
  const cache = useQueryClient()
  const [progress, setProgress] = useState<{ done: number, of: number } | null>(null)
  const run = async (): Promise<void> => {
    let refused = 0
    for (const [index, id] of ids.entries()) {
      setProgress({ done: index, of: ids.length })
      await call('POST', `/deliveries/${id}/redeliver`).catch(error => { refused++; if (refused === 1) notifyError(error) })
    }
    setProgress(null)
    if (ids.length > refused) notifyDone(`${ids.length - refused} of ${ids.length} are sent again.`)
    onDone()
    await cache.invalidateQueries({ queryKey: ['deliveries'] })
  }
  if (progress !== null) {
    return (
      <Stack gap={4} mb='sm' role='status'>
        <Text size='sm'>{progress.done} of {progress.of}</Text>
        <Progress value={progress.done / progress.of * 100} aria-label='Progress' />
      </Stack>
    )
  }
  if (ids.length === 0) return null
  return (
    <Group mb='sm'>
      <Button size='xs' leftSection={<RepeatIcon size={14} />} onClick={() => {
        run().catch(notifyError)
      }}>
        Send {ids.length} again
      </Button>
    </Group>
  )
}
