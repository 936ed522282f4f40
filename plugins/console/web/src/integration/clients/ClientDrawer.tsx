import { Badge, Button, Checkbox, Drawer, Fieldset, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { clients, operations } from '../../api/queries.ts'
import type { ApiClient, NewApiClient, WmsOperation } from '../../api/types.ts'
import { notifyDone } from '../../ui/notify.ts'
import { Failure, Loading } from '../../ui/states.tsx'
import { useEdit } from '../../ui/useEdit.tsx'

/** `scopes` null: all of today's operations, until some are unticked. */
interface Draft { name: string, description: string, scopes: string[] | null }

const draftOf = (client: ApiClient): Draft => ({ name: client.name, description: client.description ?? '', scopes: client.scopes })

/** Makes a client, or changes one that was not changed by anybody else meanwhile. */
export function ClientDrawer ({ client, onClose, onCreated }: { client: ApiClient | null, onClose: () => void, onCreated: (created: NewApiClient) => void }) {
  const known = useQuery(operations)
  const all = known.data?.data ?? []
  const { opened, draft, set, save, errorAt, notice } = useEdit<ApiClient, Draft>({
    object: client,
    path: ({ id }) => `/clients/${id}`,
    entity: ({ id }) => `client:${id}`,
    draftOf,
    empty: { name: '', description: '', scopes: null },
    async send ({ name, description, scopes }, opened, ifMatch) {
      const body = { name, description: description === '' ? null : description, scopes: scopes ?? all.map(({ id }) => id) }
      if (opened === null) return onCreated((await call<NewApiClient>('POST', '/clients', { body })).data)
      await call('PATCH', `/clients/${opened.id}`, { body, ifMatch })
      notifyDone(`${name} is saved.`)
      onClose()
    },
    queryKey: clients.queryKey
  })
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New client' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {notice}
          <TextInput data-autofocus required label='Name' description='Which system it is, e.g. “SAP production”.' maxLength={100} value={draft.name}
            error={errorAt('/name')} onChange={event => set({ name: event.currentTarget.value })} />
          <Textarea label='Description' maxLength={500} autosize minRows={2} value={draft.description}
            onChange={event => set({ description: event.currentTarget.value })} />
          {known.isPending
            ? <Loading rows={3} />
            : known.error !== null
              ? <Failure error={known.error} />
              : <Grants operations={all} granted={draft.scopes ?? all.map(({ id }) => id)} onChange={scopes => set({ scopes })} />}
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={save.isPending} disabled={draft.name.trim() === ''}>{opened === null ? 'Create' : 'Save'}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}

function Grants ({ operations, granted, onChange }: { operations: readonly WmsOperation[], granted: readonly string[], onChange: (scopes: string[]) => void }) {
  const groups = [...new Set(operations.map(({ group }) => group))]
  const set = (ids: readonly string[], on: boolean): void => onChange([...granted.filter(id => !ids.includes(id)), ...on ? ids : []])
  return (
    <Stack gap='sm'>
      <Text size='sm' fw={500}>May call <Badge variant='light' color='gray'>{granted.length} of {operations.length}</Badge></Text>
      {groups.map(group => {
        const own = operations.filter(operation => operation.group === group)
        const count = own.filter(({ id }) => granted.includes(id)).length
        return (
          <Fieldset key={group}
            legend={
              <Checkbox label={group} checked={count === own.length} indeterminate={count > 0 && count < own.length}
                onChange={event => set(own.map(({ id }) => id), event.currentTarget.checked)} />
            }
          >
            <Stack gap={6}>
              {own.map(({ id, title, enabled }) => (
                <Checkbox key={id} checked={granted.includes(id)} onChange={event => set([id], event.currentTarget.checked)}
                  label={<>{title} {!enabled && <Text span size='xs' c='dimmed'>(switched off for all at present)</Text>}</>} />
              ))}
            </Stack>
          </Fieldset>
        )
      })}
    </Stack>
  )
}
