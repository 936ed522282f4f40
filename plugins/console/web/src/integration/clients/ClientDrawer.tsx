import { useState } from 'react'
import { Badge, Button, Checkbox, Drawer, Fieldset, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, call, isConflict } from '../../api/call.ts'
import { clients, operations } from '../../api/queries.ts'
import type { ApiClient, NewApiClient, WmsOperation } from '../../api/types.ts'
import { Changed } from '../../ui/Changed.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { rebase } from '../../ui/rebase.ts'
import { Failure, Loading } from '../../ui/states.tsx'

interface Draft { name: string, description: string, scopes: string[] }

const draftOf = (client: ApiClient): Draft => ({ name: client.name, description: client.description ?? '', scopes: client.scopes })

/** Makes a client, or changes one that was not changed by anybody else meanwhile. */
export function ClientDrawer ({ client, onClose, onCreated }: { client: ApiClient | null, onClose: () => void, onCreated: (created: NewApiClient) => void }) {
  const cache = useQueryClient()
  const known = useQuery(operations)
  const [opened, setOpened] = useState(client)
  const [draft, setDraft] = useState<Draft | null>(client === null ? null : draftOf(client))
  const all = known.data?.data ?? []
  // A new client may call all of today's operations until somebody unticks some.
  const current = draft ?? { name: '', description: '', scopes: all.map(({ id }) => id) }
  const set = (change: Partial<Draft>): void => setDraft({ ...current, ...change })
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: current.name, description: current.description === '' ? null : current.description, scopes: current.scopes }
      if (opened === null) return onCreated((await call<NewApiClient>('POST', '/clients', { body })).data)
      await call('PATCH', `/clients/${opened.id}`, { body, ifMatch: `"${opened.version}"` })
      notifyDone(`${current.name} is saved.`)
      onClose()
    },
    onSettled: () => { cache.invalidateQueries({ queryKey: clients.queryKey }).catch(() => {}) }
  })
  const nameError = save.error instanceof ApiError ? save.error.problem.errors?.find(({ pointer }) => pointer === '/name')?.message : undefined
  const reload = (keepMine: boolean): void => {
    call<ApiClient>('GET', `/clients/${opened!.id}`).then(({ data }) => {
      setDraft(keepMine ? rebase(draftOf(opened!), current, draftOf(data)) : draftOf(data))
      setOpened(data)
      save.reset()
    }, () => {})
  }
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New client' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {isConflict(save.error) ? <Changed entity={`client:${opened!.id}`} takeTheirs={() => reload(false)} keepMine={() => reload(true)} /> : save.isError && <Failure error={save.error} />}
          <TextInput data-autofocus required label='Name' description='Which system it is, e.g. “SAP production”.' maxLength={100} value={current.name} error={nameError} onChange={event => set({ name: event.currentTarget.value })} />
          <Textarea label='Description' maxLength={500} autosize minRows={2} value={current.description} onChange={event => set({ description: event.currentTarget.value })} />
          {known.isPending ? <Loading rows={3} /> : known.error !== null ? <Failure error={known.error} /> : <Grants operations={all} granted={current.scopes} onChange={scopes => set({ scopes })} />}
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={save.isPending} disabled={current.name.trim() === ''}>{opened === null ? 'Create' : 'Save'}</Button>
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
          <Fieldset key={group} legend={<Checkbox label={group} checked={count === own.length} indeterminate={count > 0 && count < own.length} onChange={event => set(own.map(({ id }) => id), event.currentTarget.checked)} />}>
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
