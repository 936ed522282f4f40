import { useState } from 'react'
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { clients } from '../../api/queries.ts'
import type { ApiClient, NewApiClient } from '../../api/types.ts'
import { Failure } from '../../ui/states.tsx'

const GRACES = [
  { value: '0', label: 'ends at once, with its tokens' },
  { value: '3600', label: 'stays good for an hour' },
  { value: '86400', label: 'stays good for a day' },
  { value: '604800', label: 'stays good for a week' }
]

export function Regenerate ({ client, onClose, onDone }: { client: ApiClient, onClose: () => void, onDone: (created: NewApiClient) => void }) {
  const cache = useQueryClient()
  const [grace, setGrace] = useState('0')
  const regenerate = useMutation({
    mutationFn: async () =>
      (await call<NewApiClient>('POST', `/clients/${client.id}/regenerate-secret`, {
        body: { graceSeconds: Number(grace), force: grace !== '0' }, ifMatch: `"${client.version}"`
      })).data,
    onSuccess: onDone,
    onSettled: () => { cache.invalidateQueries({ queryKey: clients.queryKey }).catch(() => {}) }
  })
  return (
    <Modal opened onClose={onClose} title={`A new secret for ${client.name}`}>
      <Stack>
        {regenerate.isError && <Failure error={regenerate.error} />}
        <Text size='sm'>The new secret is shown once. Other clients are not touched.</Text>
        <Select data-autofocus label='The secret before' data={GRACES} value={grace} allowDeselect={false} onChange={value => setGrace(value ?? '0')} />
        <Group justify='flex-end'>
          <Button variant='default' onClick={onClose}>Cancel</Button>
          <Button loading={regenerate.isPending} onClick={() => regenerate.mutate()}>Make a new secret</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
