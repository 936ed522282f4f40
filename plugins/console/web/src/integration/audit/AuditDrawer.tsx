import { Badge, Card, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auditRecord, chain, type AuditFilters } from '../../api/queries.ts'
import type { AuditFull } from '../../api/types.ts'
import { CodeBlock, pretty } from '../../ui/CodeBlock.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'
import { StatusBadge } from '../webhooks/Deliveries.tsx'
import { AuditEntry } from './AuditEntry.tsx'
import { asCurl } from './curl.ts'

/** One call in full, and everything that belongs to it. */
export function AuditDrawer (
  { id, onClose, onShow, onOpen }: { id: string, onClose: () => void, onShow: (filters: AuditFilters) => void, onOpen: (id: string) => void }
) {
  const { data, error, isPending, refetch } = useQuery(auditRecord(id))
  return (
    <Drawer opened onClose={onClose} title='Call' size='xl'>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Stack>
          <Group justify='space-between' align='start'>
            <div style={{ minWidth: 0 }}>
              <Text className='mono wrap' fw={600}>{data.method} {data.path}</Text>
              <Text size='sm' c='dimmed'><Time at={data.occurredAt} /> · {Math.round(data.durationMs * 100) / 100} ms</Text>
            </div>
            <CopyButton text={asCurl(data)} label='Copy as curl' />
          </Group>
          <Summary record={data} onShow={onShow} />
          <Bodies record={data} />
          <ChainOf correlationId={data.correlationId} current={id} onOpen={onOpen} />
        </Stack>
      )}
    </Drawer>
  )
}

/** An id that shows all calls which have it. */
function Find ({ text, onClick }: { text: string, onClick: () => void }) {
  return (
    <button type='button' className='bare mono wrap' onClick={onClick}>
      <Text span size='xs' td='underline' inherit>{text}</Text>
    </button>
  )
}

function Summary ({ record, onShow }: { record: AuditFull, onShow: (filters: AuditFilters) => void }) {
  const { status, errorCode, operation, actorName, actorType, claimedId, ip, requestId, correlationId, entities, outbound } = record
  const facts: Array<[string, React.ReactNode]> = [
    ['Answer', `${status ?? 'none'}${errorCode === null ? '' : ` · ${errorCode}`}`],
    ['Who', actorName === null ? `not recognised${claimedId === null ? '' : `, said to be ${claimedId}`}` : `${actorName} (${actorType ?? ''})`],
    ['From', ip ?? '–'],
    ['Operation', operation ?? '–'],
    ['Request id', <span key='r' className='mono wrap'>{requestId}</span>],
    ['Correlation', <Find key='c' text={correlationId} onClick={() => onShow({ correlationId })} />],
    ...entities.map(({ type, id }): [string, React.ReactNode] => [type, <Find key={id} text={id} onClick={() => onShow({ entity: `${type}:${id}` })} />])
  ]
  if (outbound !== null) {
    const { webhookName, eventType, attempt, maxAttempts, remoteAddress } = outbound
    facts.push(['Webhook', `${webhookName}, ${eventType}, try ${attempt} of ${maxAttempts}`], ['Address', remoteAddress ?? '–'])
  }
  return <Facts facts={facts} />
}

const lines = (headers: AuditFull['requestHeaders']): string =>
  Object.entries(headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`).join('\n')

function Bodies ({ record }: { record: AuditFull }) {
  const { requestHeaders, requestBody, requestTruncated, responseHeaders, responseBody, responseTruncated, requestBytes, responseBytes, changes } = record
  return (
    <>
      <Title order={3} size='h6'>
        Request <Text span size='xs' c='dimmed'>{requestBytes} bytes</Text>
      </Title>
      <CodeBlock label='request'
        text={`${lines(requestHeaders)}${requestBody === null ? '' : `\n\n${pretty(requestBody)}${requestTruncated ? '\n… cut' : ''}`}`} />
      <Title order={3} size='h6'>
        Answer <Text span size='xs' c='dimmed'>{responseBytes} bytes</Text>
      </Title>
      <CodeBlock label='answer'
        text={`${lines(responseHeaders)}${
          responseBody === null ? '\n\n(the body of a successful read is not kept)' : `\n\n${pretty(responseBody)}${responseTruncated ? '\n… cut' : ''}`
        }`} />
      {changes !== null && (
        <>
          <Title order={3} size='h6'>What changed</Title>
          <CodeBlock label='change' copy={false} text={JSON.stringify(changes, null, 2)} />
        </>
      )}
    </>
  )
}

/** Call → events → deliveries → attempts. */
function ChainOf ({ correlationId, current, onOpen }: { correlationId: string, current: string, onOpen: (id: string) => void }) {
  const { data, error, isPending } = useQuery(chain(correlationId))
  if (isPending) return <Loading rows={2} />
  if (error !== null) return <Failure error={error} />
  const others = data.calls.filter(({ id }) => id !== current)
  return (
    <>
      <Title order={3} size='h6'>What belongs to it</Title>
      {data.events.length === 0 && others.length === 0 && <Text size='sm' c='dimmed'>Nothing else: no event, no other call.</Text>}
      {data.events.map(event => {
        const own = data.deliveries.filter(({ eventId }) => eventId === event.id)
        return (
          <Card key={event.id} withBorder padding='sm'>
            <Group justify='space-between'>
              <Text size='sm' className='mono'>{event.type}</Text>
              <Badge variant='light' color='gray'>no. {event.sequence}</Badge>
            </Group>
            <Text size='xs' c='dimmed' className='wrap'>{event.subject.type} {event.subject.id}</Text>
            {own.length === 0 && <Text size='xs' c='dimmed'>No webhook wanted it.</Text>}
            {own.map(({ id, status, attemptCount }) => (
              <Group key={id} gap='xs' mt={4}>
                <StatusBadge status={status} />
                <Text size='xs'>{attemptCount} attempts</Text>
                <Link to='/integration/webhooks' search={{ delivery: id }}>
                  <Text size='xs'>Delivery</Text>
                </Link>
              </Group>
            ))}
          </Card>
        )
      })}
      {others.length > 0 && (
        <Card withBorder padding={0} role='list' aria-label='Calls that belong to it'>
          {others.map(entry => (
            <div key={entry.id} role='listitem' className='row'>
              <AuditEntry entry={entry} onOpen={() => onOpen(entry.id)} />
            </div>
          ))}
        </Card>
      )}
    </>
  )
}
