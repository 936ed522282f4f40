import { Badge, Button, Card, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/call.ts'
import { delivery, event } from '../../api/queries.ts'
import type { WmsAttempt } from '../../api/types.ts'
import { CodeBlock, pretty } from '../../ui/CodeBlock.tsx'
import { RepeatIcon } from '../../ui/icons.tsx'
import { notifyDone, notifyError } from '../../ui/notify.ts'
import { Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'
import { HOLD, StatusBadge } from './Deliveries.tsx'

/** One delivery with its attempts and what was sent. */
export function DeliveryDrawer ({ id, onClose }: { id: string, onClose: () => void }) {
  const cache = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({ ...delivery(id), refetchInterval: 3_000 })
  const sent = useQuery({ ...event(data?.eventId ?? ''), enabled: data !== undefined })
  const redeliver = useMutation({
    mutationFn: async () => await call('POST', `/deliveries/${id}/redeliver`),
    onSuccess: () => notifyDone('It is sent again.'),
    onError: notifyError,
    onSettled: () => { for (const key of [['delivery', id], ['deliveries']]) cache.invalidateQueries({ queryKey: key }).catch(() => {}) }
  })
  return (
    <Drawer opened onClose={onClose} title='Delivery'>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Stack>
          <Group justify='space-between'>
            <Group gap='xs'>
              <Text className='mono' fw={600}>{data.eventType}</Text>
              <StatusBadge status={data.status} />
            </Group>
            <Button size='xs' variant='light' leftSection={<RepeatIcon size={14} />} disabled={data.status !== 'dead' && data.status !== 'succeeded'}
              loading={redeliver.isPending} onClick={() => redeliver.mutate()}
            >
              Send again
            </Button>
          </Group>
          {data.holdReason !== null && <Text size='sm'>{HOLD[data.holdReason]}</Text>}
          <Text size='sm'>
            About {data.subject.type} <span className='mono wrap'>{data.subject.id}</span>, occurred <Time at={data.occurredAt} />
            {data.nextAttemptAt !== null && (
              <>
                , next try <Time at={data.nextAttemptAt} ago />
              </>
            )}.
          </Text>
          <Link to='/integration/audit' search={{ eventType: data.eventType, webhookId: data.webhookId }}>Its calls in the audit</Link>
          <Title order={3} size='h6'>Attempts</Title>
          {data.attempts.length === 0 && <Text size='sm' c='dimmed'>None yet.</Text>}
          {data.attempts.map(attempt => <Attempt key={attempt.id} attempt={attempt} />)}
          <Title order={3} size='h6'>What is sent</Title>
          {sent.isPending && <Loading rows={2} />}
          {sent.error !== null && <Text size='sm' c='dimmed'>The event is not kept any more.</Text>}
          {sent.data !== undefined && <CodeBlock label='envelope' text={JSON.stringify(sent.data.envelope, null, 2)} />}
        </Stack>
      )}
    </Drawer>
  )
}

function Attempt ({ attempt }: { attempt: WmsAttempt }) {
  const { number, trigger, startedAt, durationMs, status, errorMessage, remoteAddress, responseBody, interrupted } = attempt
  const ok = attempt.errorClass === null
  return (
    <Card withBorder padding='sm'>
      <Group justify='space-between'>
        <Group gap='xs'>
          <Badge variant='light' color={ok ? 'teal' : interrupted ? 'gray' : 'red'}>{status ?? attempt.errorClass}</Badge>
          <Text size='sm'>Try {number}{trigger === 'manual' && ', by hand'}</Text>
        </Group>
        <Text size='xs' c='dimmed'><Time at={startedAt} /> · {Math.round(durationMs)} ms{remoteAddress !== null && ` · ${remoteAddress}`}</Text>
      </Group>
      {errorMessage !== null && <Text size='sm' className='wrap'>{errorMessage}</Text>}
      {responseBody !== null && <CodeBlock label='answer' copy={false} maxHeight={160} text={pretty(responseBody)} />}
    </Card>
  )
}
