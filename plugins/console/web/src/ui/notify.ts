import { notifications } from '@mantine/notifications'
import { ApiError } from '../api/call.ts'
import { messageOf } from './states.tsx'

export function notifyDone (message: string): void {
  notifications.show({ message, color: 'teal' })
}

export function notifyError (error: unknown): void {
  const id = error instanceof ApiError && error.problem.requestId !== undefined ? ` (${error.problem.requestId})` : ''
  notifications.show({ title: 'That did not work', message: `${messageOf(error)}${id}`, color: 'red', autoClose: 10_000 })
}
