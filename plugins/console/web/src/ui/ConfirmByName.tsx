import { useState, type ReactNode } from 'react'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'

/** Asks for the name before something is gone for good. */
export function ConfirmByName ({ title, name, action, busy, onConfirm, onClose, children }: {
  title: string, name: string, action: string, busy: boolean, onConfirm: () => void, onClose: () => void, children: ReactNode
}) {
  const [typed, setTyped] = useState('')
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={event => { event.preventDefault(); if (typed === name) onConfirm() }}>
        <Stack>
          <Text size='sm' component='div'>{children}</Text>
          <TextInput data-autofocus label={`Type “${name}” to confirm`} value={typed} onChange={event => setTyped(event.currentTarget.value)}
            autoComplete='off' />
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' color='red' disabled={typed !== name} loading={busy}>{action}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
