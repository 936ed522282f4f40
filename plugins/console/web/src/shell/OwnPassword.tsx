import { useState } from 'react'
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ApiError, call } from '../api/call.ts'
import { notifyDone } from '../ui/notify.ts'
import { Failure } from '../ui/states.tsx'

export function OwnPassword ({ onClose }: { onClose: () => void }) {
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const change = useMutation({
    mutationFn: async () => await call('PUT', '/session/password', { body: { currentPassword, newPassword } }),
    onSuccess: () => { notifyDone('Your password is changed. Your other sessions have ended.'); onClose() }
  })
  const errors = change.error instanceof ApiError ? change.error.problem.errors ?? [] : []
  const errorAt = (pointer: string): string | undefined => errors.find(error => error.pointer === pointer)?.message
  return (
    <Modal opened onClose={onClose} title='Change your password'>
      <form onSubmit={event => { event.preventDefault(); change.mutate() }}>
        <Stack>
          {change.isError && errors.length === 0 && <Failure error={change.error} />}
          <PasswordInput data-autofocus required label='Current password' autoComplete='current-password' value={currentPassword}
            error={errorAt('/currentPassword')} onChange={event => setCurrent(event.currentTarget.value)} />
          <PasswordInput required label='New password' description='12 characters or more.' autoComplete='new-password' value={newPassword}
            error={errorAt('/newPassword')} onChange={event => setNew(event.currentTarget.value)} />
          <Text size='xs' c='dimmed'>You stay signed in here; every other session of yours ends.</Text>
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={change.isPending}>Change it</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
