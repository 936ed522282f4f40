import { useState } from 'react'
import { Badge, Button, Card, Drawer, Group, PasswordInput, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { operators, session } from '../api/queries.ts'
import type { WmsOperator } from '../api/types.ts'
import { ConfirmByName } from '../ui/ConfirmByName.tsx'
import { PlusIcon } from '../ui/icons.tsx'
import { notifyDone, notifyError } from '../ui/notify.ts'
import { RowSwitch } from '../ui/RowSwitch.tsx'
import { Empty, Failure, Loading } from '../ui/states.tsx'
import { Time } from '../ui/Time.tsx'
import { useEdit } from '../ui/useEdit.tsx'

const ROLES = [
  { value: 'viewer', label: 'Viewer: reads everything, changes nothing' },
  { value: 'operator', label: 'Operator: changes settings, clients and webhooks' },
  { value: 'admin', label: 'Admin: manages operators as well' }
]

/** Who may sign in. Admins only, here and in the API. */
export function OperatorsPage () {
  const me = useQuery(session).data?.operator
  const { data, error, isPending, refetch } = useQuery({ ...operators, enabled: me?.role === 'admin' })
  const { edit } = useSearch({ from: '/shell/operators' })
  const navigate = useNavigate({ from: '/operators' })
  const [removing, setRemoving] = useState<WmsOperator | null>(null)
  const show = (id: string | undefined): void => { navigate({ search: { edit: id }, replace: true, resetScroll: false }).catch(() => {}) }
  const edited = data?.find(({ id }) => id === edit)
  if (me !== undefined && me !== null && me.role !== 'admin') {
    return <Empty title='For admins only'>Ask an admin to add or change operators. Your own password is in the menu at the top right.</Empty>
  }
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <div>
          <Title order={1} size='h2'>Operators</Title>
          <Text c='dimmed' size='sm'>Who may sign in, and what they may do. A role counts in the API as well.</Text>
        </div>
        <Button leftSection={<PlusIcon />} onClick={() => show('new')}>New operator</Button>
      </Group>
      {isPending && <Loading />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && (
        <Card withBorder padding={0}>
          <Table.ScrollContainer minWidth={640}>
            <Table verticalSpacing='sm' horizontalSpacing='md'>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th>Last sign-in</Table.Th>
                  <Table.Th>May sign in</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map(operator => (
                  <Table.Tr key={operator.id}>
                    <Table.Td>
                      <button type='button' className='bare' onClick={() => show(operator.id)}>
                        <Text fw={500} td='underline' className='wrap'>{operator.name}</Text>
                      </button>
                      <Text size='xs' c='dimmed' className='wrap'>{operator.email}{operator.id === me?.id && ' · you'}</Text>
                    </Table.Td>
                    <Table.Td><Badge variant='light' color={operator.role === 'admin' ? 'indigo' : 'gray'}>{operator.role}</Badge></Table.Td>
                    <Table.Td>{operator.lastSignInAt === null ? <Text size='sm' c='dimmed'>never</Text> : <Time at={operator.lastSignInAt} ago />}</Table.Td>
                    <Table.Td>
                      <OperatorSwitch operator={operator} />
                    </Table.Td>
                    <Table.Td>
                      <Button size='compact-sm' variant='subtle' color='red' aria-label={`Remove ${operator.name}`} disabled={operator.id === me?.id}
                        onClick={() => setRemoving(operator)}
                      >
                        Remove
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Card>
      )}
      {edit === 'new' && <OperatorDrawer operator={null} onClose={() => show(undefined)} />}
      {edited !== undefined && <OperatorDrawer key={edited.id} operator={edited} onClose={() => show(undefined)} />}
      {removing !== null && <Remove operator={removing} onClose={() => setRemoving(null)} />}
    </Stack>
  )
}

function OperatorSwitch ({ operator }: { operator: WmsOperator }) {
  return (
    <RowSwitch path='/operators' entity='operator' queryKey={operators.queryKey} row={operator} label={`${operator.name} may sign in`}
      on={`${operator.name} may sign in again.`} off={`${operator.name} is signed out everywhere.`} />
  )
}

interface Draft { email: string, name: string, role: WmsOperator['role'], password: string }
const draftOf = ({ email, name, role }: WmsOperator): Draft => ({ email, name, role, password: '' })

function OperatorDrawer ({ operator, onClose }: { operator: WmsOperator | null, onClose: () => void }) {
  const { opened, draft, set, save, errorAt, notice } = useEdit<WmsOperator, Draft>({
    object: operator,
    path: ({ id }) => `/operators/${id}`,
    entity: ({ id }) => `operator:${id}`,
    draftOf,
    empty: { email: '', name: '', role: 'operator', password: '' },
    async send (draft, opened, ifMatch) {
      const { email, password, ...rest } = draft
      if (opened === null) await call('POST', '/operators', { body: draft })
      else await call('PATCH', `/operators/${opened.id}`, { body: { ...rest, ...(password === '' ? {} : { password }) }, ifMatch })
      notifyDone(`${draft.name} is saved.`)
    },
    queryKey: operators.queryKey,
    onSaved: onClose
  })
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New operator' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {notice}
          {opened === null
            ? (
              <TextInput data-autofocus required label='E-mail' description='They sign in with it.' inputMode='email' autoComplete='off' value={draft.email}
                error={errorAt('/email')} onChange={event => set({ email: event.currentTarget.value })} />
              )
            : <Text size='sm' c='dimmed'>{opened.email}</Text>}
          <TextInput required label='Name' maxLength={200} value={draft.name} error={errorAt('/name')}
            onChange={event => set({ name: event.currentTarget.value })} />
          <Select label='Role' data={ROLES} value={draft.role} allowDeselect={false} error={errorAt('/role')}
            onChange={value => set({ role: (value ?? draft.role) as Draft['role'] })} />
          <PasswordInput required={opened === null} label={opened === null ? 'First password' : 'New password'} description={opened === null
            ? '12 characters or more. Hand it over; they can change it.'
            : 'Leave it empty to keep theirs. A new one signs them out everywhere.'} autoComplete='new-password' value={draft.password}
              error={errorAt('/password')} onChange={event => set({ password: event.currentTarget.value })} />
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={save.isPending}>{opened === null ? 'Add' : 'Save'}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}

function Remove ({ operator, onClose }: { operator: WmsOperator, onClose: () => void }) {
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call('DELETE', `/operators/${operator.id}`),
    onSuccess: () => { notifyDone(`${operator.name} is removed.`); onClose() },
    onError: notifyError,
    onSettled: () => { cache.invalidateQueries({ queryKey: operators.queryKey }).catch(() => {}) }
  })
  return (
    <ConfirmByName title={`Remove ${operator.name}?`} name={operator.name} action='Remove' busy={remove.isPending} onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      They are signed out everywhere and can never sign in again. What they did stays in the audit. To lock them out for a while, switch them off instead.
    </ConfirmByName>
  )
}
