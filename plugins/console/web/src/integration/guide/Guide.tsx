import { useState, type ReactNode } from 'react'
import { Accordion, Badge, Code, Drawer, List, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { eventTypes, operations } from '../../api/queries.ts'
import { CodeBlock } from '../../ui/CodeBlock.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { LANGUAGES, SNIPPETS, type Language, type Place, type Step } from './snippets.ts'

const PLACE: Place = { url: window.location.origin, clientId: 'YOUR_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const SCHEDULE = ['at once', '5 s', '30 s', '2 min', '10 min', '30 min', '1 h', '2 h', '4 h', '8 h', '12 h', '24 h', '24 h']

/** Walks a developer of the other side through, with what is switched on here and now. */
export function Guide ({ onClose }: { onClose: () => void }) {
  const [language, setLanguage] = useState<Language>('curl')
  const example = (step: Step): ReactNode => <CodeBlock label={`${language} snippet`} text={SNIPPETS[step][language](PLACE)} />
  return (
    <Drawer opened onClose={onClose} title='Integration Guide' size='xl'>
      <Stack>
        <SegmentedControl aria-label='Language of the examples' data={[...LANGUAGES]} value={language} onChange={value => setLanguage(value)} fullWidth />
        <Part title='1. Address and credentials'>
          <Text size='sm'>
            Everything is below{' '}
            <Code>{PLACE.url}/api/external/v1</Code>. An operator creates a client in the tab API Clients and gives you its id and secret; the secret is shown
            once.
          </Text>
        </Part>
        <Part title='2. Token'>
          <Text size='sm'>
            Exchange them for a token, by JSON, form or Basic. It is good for an hour: keep it, and fetch a new one when a call answers 401.
          </Text>
          {example('token')}
        </Part>
        <Part title='3. First call'>
          <Text size='sm'>What you may call, so that your program can adapt to it.</Text>
          {example('call')}
        </Part>
        <Part title='4. Writes, repeated safely'>
          <Text size='sm'>
            Send an <Code>Idempotency-Key</Code> with each write: if no answer came, repeat the call with the same key; it happens once.{' '}
            <Code>?dryRun=true</Code> shows what would happen and changes nothing. <Code>If-Match</Code>{' '}
            with the ETag that you read protects the changes of others.
          </Text>
          {example('write')}
        </Part>
        <Part title='5. Lists, page by page'>
          <Text size='sm'>
            Pass <Code>nextCursor</Code> until it is null. To keep a copy, pass the <Code>asOf</Code> of one walk as the <Code>updatedSince</Code> of the next.
          </Text>
          {example('pages')}
        </Part>
        <Part title='6. Errors'>
          <Text size='sm'>
            Every error is <Code>application/problem+json</Code> with a stable <Code>code</Code>, the field in <Code>errors[].pointer</Code>, and a{' '}
            <Code>requestId</Code> that finds the call in the audit here.
          </Text>
          <Table>
            <Table.Tbody>
              {[['400', 'the request has the wrong form'], ['401', 'no token, or one that has ended: fetch a new one'], ['403', 'this client may not do that'],
                ['404', 'not there, not yours, or switched off'], ['409', 'not in this state; the answer says what is possible'], ['412',
                  'changed since you read it'], ['422', 'a rule is broken'], ['429, 503', 'wait for Retry-After, then repeat']].map(([status, meaning]) => (
                    <Table.Tr key={status}>
                      <Table.Td w={90}>
                        <Code>{status}</Code>
                      </Table.Td>
                      <Table.Td>{meaning}</Table.Td>
                    </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Part>
        <Part title='7. Webhooks'>
          <List size='sm' spacing={4}>
            <List.Item>Check the Basic credentials, store the event, answer 2xx within 10 seconds, and work on it afterwards.</List.Item>
            <List.Item>
              An event may come more than once: <Code>webhook-id</Code> is the same at each try. Drop what you have seen.
            </List.Item>
            <List.Item>
              Order is by <Code>sequence</Code>, not by arrival: drop what has an older <Code>subject.version</Code> than you know.{' '}
              <Code>webhook-previous-sequence</Code> shows a hole.
            </List.Item>
            <List.Item>
              Not 2xx, or no answer, is tried again: {SCHEDULE.join(', ')} after the attempt before. Then it is given up, until an operator sends it again.
            </List.Item>
          </List>
          {example('receive')}
        </Part>
        <Part title='8. What can be called here'><Operations /></Part>
        <Part title='9. What can happen here'><Events /></Part>
      </Stack>
    </Drawer>
  )
}

function Part ({ title, children }: { title: string, children: ReactNode }) {
  return <Stack gap='xs' component='section' aria-label={title}><Title order={3} size='h5'>{title}</Title>{children}</Stack>
}

function Operations () {
  const { data, error, isPending } = useQuery(operations)
  if (isPending) return <Loading />
  if (error !== null) return <Failure error={error} />
  const on = data.data.filter(({ effective }) => effective)
  if (on.length === 0) return <Text size='sm' c='dimmed'>Nothing at present: the integration is not active.</Text>
  return (
    <Table>
      <Table.Tbody>
        {on.map(({ id, title, method, path }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Text size='sm'>{title}</Text>
              <Text size='xs' c='dimmed' className='mono wrap'>{method} {path}</Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Events () {
  const { data, error, isPending } = useQuery(eventTypes)
  if (isPending) return <Loading />
  if (error !== null) return <Failure error={error} />
  return (
    <Accordion variant='separated'>
      {data.filter(({ effective }) => effective).map(({ id, title, description, kind, example }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>
            <Text size='sm' className='mono'>
              {id} <Badge size='xs' variant='light' color='gray'>{kind}</Badge>
            </Text>
            <Text size='xs' c='dimmed'>{title}</Text>
          </Accordion.Control>
          <Accordion.Panel>
            {description !== null && <Text size='sm' mb='xs'>{description}</Text>}
            <CodeBlock label={`example of ${id}`} text={JSON.stringify(example, null, 2)} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
