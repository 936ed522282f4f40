import { useEffect } from 'react'
import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import type { TestResult, WmsWebhook } from '../../api/types.ts'
import { CodeBlock, pretty } from '../../ui/CodeBlock.tsx'
import { Failure, Loading } from '../../ui/states.tsx'

/** Sends a test now and shows the whole exchange. */
export function TestModal ({ webhook, onClose }: { webhook: WmsWebhook, onClose: () => void }) {
  const { mutate, data, error, isPending, isError } = useMutation({
    mutationFn: async () => (await call<TestResult>('POST', `/webhooks/${webhook.id}/test`)).data
  })
  useEffect(() => {
    mutate()
  }, [mutate])
  return (
    <Modal opened onClose={onClose} title={`Test of ${webhook.name}`} size='xl'>
      <Stack>
        {isPending && <Loading rows={2} label='Waiting for the receiver' />}
        {isError && <Failure error={error} retry={() => mutate()} />}
        {data !== undefined && <Exchange result={data} />}
        <Group justify='flex-end'>
          <Button variant='default' onClick={() => mutate()} loading={isPending}>Send again</Button>
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const lines = (headers: Record<string, string>): string => Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\n')

function Exchange ({ result }: { result: TestResult }) {
  const { succeeded, request, response, durationMs, errorMessage } = result
  return (
    <Stack>
      <Alert variant='light' color={succeeded ? 'teal' : 'red'} title={succeeded ? 'The receiver took it' : 'The receiver did not take it'} role='status'>
        {response === null ? errorMessage : `It answered ${response.status} after ${Math.round(durationMs)} ms.`}
      </Alert>
      <Title order={3} size='h6'>Sent</Title>
      <CodeBlock label='request' text={`${request.method} ${request.url}\n${lines(request.headers)}\n\n${pretty(request.body)}`} />
      <Title order={3} size='h6'>Received</Title>
      {response === null
        ? <Text size='sm'>No answer came.</Text>
        : (
          <CodeBlock label='response'
            text={`${response.status}\n${lines(response.headers)}\n\n${pretty(response.body)}${response.truncated ? '\n… cut' : ''}`} />
          )}
    </Stack>
  )
}
