// From a thing in the warehouse to what was published about it and to the calls that made it so.
import { Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ApiError } from '../api/call.ts'
import { eventsAbout } from '../api/warehouse.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'

/** @param subject what the events are about, if it is something else: stock has an id of its own */
export function Trace ({ type, id, subject = id, title = 'Events' }: { type: 'product' | 'order', id: string, subject?: string, title?: string }) {
  const { data, error, isPending, refetch } = useQuery(eventsAbout(subject))
  const isOff = error instanceof ApiError && error.problem.status === 404
  return (
    <Stack gap='xs'>
      <Group justify='space-between'>
        <Title order={3} size='h6'>{title}</Title>
        {subject === id && <Link to='/integration/audit' search={{ entity: `${type}:${id}` }}><Text size='sm' span>Its calls in the audit</Text></Link>}
      </Group>
      {isPending && <Loading rows={2} />}
      {isOff && <Text size='sm' c='dimmed'>Events are shown while the plugin Webhooks is on.</Text>}
      {error !== null && !isOff && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data?.data.length === 0 && <Text size='sm' c='dimmed'>None, or they are not kept any more.</Text>}
      {data?.data.map(event => (
        <Card key={event.id} withBorder padding='xs'>
          <Group justify='space-between' gap='xs'>
            <div>
              <Text size='sm' className='mono'>{event.type}</Text>
              <Text size='xs' c='dimmed'>no. {event.sequence} · <Time at={event.occurredAt} /></Text>
            </div>
            <Group gap='sm'>
              {event.correlationId !== null && (
                <Link to='/integration/audit' search={{ correlationId: event.correlationId }}
                  aria-label={`Call that caused ${event.type} no. ${event.sequence}`}
                >
                  Call
                </Link>
              )}
              <Link to='/integration/webhooks' search={{ eventId: event.id }} aria-label={`Deliveries of ${event.type} no. ${event.sequence}`}>Deliveries</Link>
            </Group>
          </Group>
        </Card>
      ))}
      {data?.nextCursor != null && <Text size='xs' c='dimmed'>The newest 20; the audit has the calls of all.</Text>}
    </Stack>
  )
}
