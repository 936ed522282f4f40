// Whose goods lie here.
import { Badge, Button, Card, Drawer, Group, Stack, Switch, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { session } from '../api/queries.ts'
import type { WmsOwner } from '../api/types.ts'
import { owners } from '../api/warehouse.ts'
import { PlusIcon } from '../ui/icons.tsx'
import { notifyDone } from '../ui/notify.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { useEdit } from '../ui/useEdit.tsx'

export function OwnersTab () {
  const { data, error, isPending, refetch } = useQuery(owners)
  const isAdmin = useQuery(session).data?.operator?.role === 'admin'
  const { edit } = useSearch({ from: '/shell/warehouse/owners' })
  const navigate = useNavigate({ from: '/warehouse/owners' })
  const show = (id: string | undefined): void => {
    navigate({ search: old => ({ ...old, edit: id }), replace: true, resetScroll: false }).catch(() => {})
  }
  const edited = data?.find(({ id }) => id === edit)
  return (
    <Stack>
      <Group justify='space-between'>
        <Text size='sm' c='dimmed'>Each API client belongs to one owner and sees its goods only. {!isAdmin && 'Admins add and change owners.'}</Text>
        {isAdmin && <Button leftSection={<PlusIcon />} onClick={() => show('new')}>New owner</Button>}
      </Group>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Card withBorder padding={0}>
          <Table.ScrollContainer minWidth={420}>
            <Table verticalSpacing='sm' horizontalSpacing='md'>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Code</Table.Th>
                  <Table.Th>Changed</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map(owner => (
                  <Table.Tr key={owner.id}>
                    <Table.Td>
                      <Group gap='xs'>
                        {isAdmin
                          ? (
                            <button type='button' className='bare' onClick={() => show(owner.id)}>
                              <Text fw={500} td='underline' className='wrap'>{owner.name}</Text>
                            </button>
                            )
                          : <Text fw={500} className='wrap'>{owner.name}</Text>}
                        {!owner.active && <Badge variant='light' color='gray'>archived</Badge>}
                      </Group>
                    </Table.Td>
                    <Table.Td><Text size='sm' className='mono wrap'>{owner.code}</Text></Table.Td>
                    <Table.Td><Time at={owner.updatedAt} ago /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {isAdmin && edit === 'new' && <OwnerDrawer owner={null} onClose={() => show(undefined)} />}
      {isAdmin && edited !== undefined && <OwnerDrawer key={edited.id} owner={edited} onClose={() => show(undefined)} />}
    </Stack>
  )
}

interface Draft { code: string, name: string, active: boolean }
const draftOf = ({ code, name, active }: WmsOwner): Draft => ({ code, name, active })

function OwnerDrawer ({ owner, onClose }: { owner: WmsOwner | null, onClose: () => void }) {
  const { opened, draft, set, save, errorAt, notice } = useEdit<WmsOwner, Draft>({
    object: owner,
    path: ({ id }) => `/owners/${id}`,
    entity: ({ id }) => `owner:${id}`,
    draftOf,
    empty: { code: '', name: '', active: true },
    async send ({ code, name, active }, opened, ifMatch) {
      if (opened === null) await call('POST', '/owners', { body: { code, name } })
      else await call('PATCH', `/owners/${opened.id}`, { body: { code, name, active }, ifMatch })
      notifyDone(`${name} is saved.`)
    },
    queryKey: owners.queryKey,
    onSaved: onClose
  })
  const isDefault = opened?.code === 'default'
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New owner' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {notice}
          <TextInput data-autofocus required label='Name' maxLength={200} value={draft.name} error={errorAt('/name')}
            onChange={event => set({ name: event.currentTarget.value })} />
          <TextInput required label='Code' description='Letters, digits, dots, dashes and underscores.' maxLength={32} disabled={isDefault} value={draft.code}
            error={errorAt('/code')} onChange={event => set({ code: event.currentTarget.value })} />
          {opened !== null && !isDefault && (
            <Switch label='Active' description='Archived: it gets no new API clients, and what it has stays.' checked={draft.active} error={errorAt('/active')}
              onChange={event => set({ active: event.currentTarget.checked })} />
          )}
          {isDefault && (
            <Text size='sm' c='dimmed'>The default owner: it has the goods for which no one names an owner, keeps its code and is never archived.</Text>
          )}
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={save.isPending}>{opened === null ? 'Create' : 'Save'}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}
