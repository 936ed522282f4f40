import { useState } from 'react'
import { Badge, Button, Card, Group, Menu, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/call.ts'
import { callsToday, clients } from '../../api/queries.ts'
import type { ApiClient, CallCount, NewApiClient } from '../../api/types.ts'
import { ConfirmByName } from '../../ui/ConfirmByName.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { notifyDone, notifyError } from '../../ui/notify.ts'
import { RowSwitch } from '../../ui/RowSwitch.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'
import { ClientDrawer } from './ClientDrawer.tsx'
import { Regenerate } from './Regenerate.tsx'
import { SecretOnce } from './SecretOnce.tsx'

type Act = { kind: 'delete' | 'regenerate', client: ApiClient } | { kind: 'secret', created: NewApiClient } | null

export function ClientsTab () {
  const { data, error, isPending, refetch } = useQuery(clients)
  const today = useQuery(callsToday)
  const { edit } = useSearch({ from: '/shell/integration/clients' })
  const navigate = useNavigate({ from: '/integration/clients' })
  const [act, setAct] = useState<Act>(null)
  const show = (id: string | null): void => { navigate({ search: id === null ? {} : { edit: id }, replace: true, resetScroll: false }).catch(() => {}) }
  const edited = data?.find(({ id }) => id === edit)
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Text size='sm' c='dimmed' maw={640}>
          Each external system is a client of its own: it can be switched off, given a new secret or removed without touching the others.
        </Text>
        <Button leftSection={<PlusIcon />} onClick={() => show('new')}>New client</Button>
      </Group>
      {isPending && <Loading />}
      {error !== null && (
        <Failure error={error} retry={() => {
          refetch().catch(() => {})
        }} />
      )}
      {data?.length === 0 && (
        <Empty title='No client yet' action={<Button onClick={() => show('new')}>Create the first client</Button>}>
          A client gets an id and a secret, with which a system fetches its tokens.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <>
          <Table.ScrollContainer minWidth={720} visibleFrom='sm'>
            <Table verticalSpacing='sm'>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Client</Table.Th>
                  <Table.Th>On</Table.Th>
                  <Table.Th>May call</Table.Th>
                  <Table.Th>Calls today</Table.Th>
                  <Table.Th>Last used</Table.Th>
                  <Table.Th aria-label='Actions' />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map(client => (
                  <Table.Tr key={client.id}>
                    <Table.Td><Name client={client} onOpen={() => show(client.id)} /></Table.Td>
                    <Table.Td><ClientSwitch client={client} /></Table.Td>
                    <Table.Td>{client.scopes.length} operations</Table.Td>
                    <Table.Td><Calls client={client} counts={today.data} /></Table.Td>
                    <Table.Td>{client.lastUsedAt === null ? <Text size='sm' c='dimmed'>never</Text> : <Time at={client.lastUsedAt} ago />}</Table.Td>
                    <Table.Td><Actions client={client} onEdit={() => show(client.id)} onAct={setAct} /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Stack hiddenFrom='sm'>
            {data.map(client => (
              <Card key={client.id} withBorder component='article' aria-label={client.name}>
                <Group justify='space-between' wrap='nowrap' align='start'>
                  <Name client={client} onOpen={() => show(client.id)} />
                  <ClientSwitch client={client} />
                </Group>
                <Group justify='space-between' mt='xs'>
                  <Calls client={client} counts={today.data} />
                  <Actions client={client} onEdit={() => show(client.id)} onAct={setAct} />
                </Group>
              </Card>
            ))}
          </Stack>
        </>
      )}
      {edit === 'new' && <ClientDrawer client={null} onClose={() => show(null)} onCreated={created => { show(null); setAct({ kind: 'secret', created }) }} />}
      {edited !== undefined && <ClientDrawer key={edited.id} client={edited} onClose={() => show(null)} onCreated={() => {}} />}
      {act?.kind === 'secret' && <SecretOnce created={act.created} onClose={() => setAct(null)} />}
      {act?.kind === 'regenerate' && <Regenerate client={act.client} onClose={() => setAct(null)} onDone={created => setAct({ kind: 'secret', created })} />}
      {act?.kind === 'delete' && <Remove client={act.client} onClose={() => setAct(null)} />}
    </Stack>
  )
}

function Name ({ client, onOpen }: { client: ApiClient, onOpen: () => void }) {
  return (
    <div style={{ minWidth: 0 }}>
      <button type='button' className='bare' onClick={onOpen}><Text fw={500} className='wrap' td='underline'>{client.name}</Text></button>
      <Text size='xs' c='dimmed' className='mono wrap'>{client.clientId}</Text>
      {client.secrets.length > 1 && <Badge size='sm' variant='light' color='orange'>two secrets are good</Badge>}
    </div>
  )
}

function Calls ({ client, counts }: { client: ApiClient, counts: CallCount[] | undefined }) {
  const { calls = 0, failures = 0 } = counts?.find(({ clientId }) => clientId === client.id) ?? {}
  return (
    <Group gap='xs'>
      <Link to='/integration/audit' search={{ clientId: client.id }}>{calls.toLocaleString()} calls</Link>
      {failures > 0 && <Badge variant='light' color='red'>{failures.toLocaleString()} failed</Badge>}
    </Group>
  )
}

function ClientSwitch ({ client }: { client: ApiClient }) {
  return (
    <RowSwitch path='/clients' entity='client' queryKey={clients.queryKey} row={client} label={`${client.name} is on`}
      on={`${client.name} may fetch tokens again.`} off={`${client.name} is off: its tokens are worth nothing any more.`} />
  )
}

function Actions ({ client, onEdit, onAct }: { client: ApiClient, onEdit: () => void, onAct: (act: Act) => void }) {
  return (
    <Menu position='bottom-end'>
      <Menu.Target><Button size='compact-sm' variant='default' aria-label={`Actions of ${client.name}`}>Actions</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>Edit</Menu.Item>
        <Menu.Item onClick={() => onAct({ kind: 'regenerate', client })}>New secret</Menu.Item>
        <Menu.Item color='red' onClick={() => onAct({ kind: 'delete', client })}>Delete</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Remove ({ client, onClose }: { client: ApiClient, onClose: () => void }) {
  const cache = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call('DELETE', `/clients/${client.id}`),
    onSuccess: () => { notifyDone(`${client.name} is deleted.`); onClose() },
    onError: notifyError,
    onSettled: () => { cache.invalidateQueries({ queryKey: clients.queryKey }).catch(() => {}) }
  })
  return (
    <ConfirmByName title={`Delete ${client.name}?`} name={client.name} action='Delete' busy={remove.isPending} onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Its tokens end at once, and its secret can never be used again. Its calls stay in the audit. Other clients are not touched.
    </ConfirmByName>
  )
}
