// What a page shows while it has nothing to show.
import type { ReactNode } from 'react'
import { Alert, Button, Center, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { ApiError, Offline } from '../api/call.ts'

export function Loading ({ rows = 4, label = 'Loading' }: { rows?: number, label?: string }) {
  return (
    <Stack gap='sm' role='status' aria-label={label}>
      {Array.from({ length: rows }, (_, index) => <Skeleton key={index} height={44} radius='md' />)}
    </Stack>
  )
}

/** An error with its request id and a way on. */
export function Failure ({ error, retry }: { error: unknown, retry?: () => void }) {
  const requestId = error instanceof ApiError ? error.problem.requestId : undefined
  return (
    <Alert color='red' variant='light' title={error instanceof Offline ? 'No connection' : 'That did not work'} role='alert'>
      <Stack gap='xs'>
        <Text size='sm'>{error instanceof Offline ? 'The service can\'t be reached. It is asked again by itself.' : messageOf(error)}</Text>
        {requestId !== undefined && <Text size='xs'>Request id <Code>{requestId}</Code>: it finds the call in the audit.</Text>}
        {retry !== undefined && <Group><Button size='xs' variant='default' onClick={retry}>Try again</Button></Group>}
      </Stack>
    </Alert>
  )
}

export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)

/** Nothing there yet, and what to do next. */
export function Empty ({ title, children, action }: { title: string, children?: ReactNode, action?: ReactNode }) {
  return (
    <Center py='xl'>
      <Stack align='center' gap='xs' maw={460}>
        <Title order={3} size='h4' ta='center'>{title}</Title>
        <Text c='dimmed' ta='center' size='sm'>{children}</Text>
        {action}
      </Stack>
    </Center>
  )
}
