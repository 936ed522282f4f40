import { Button, Checkbox, Drawer, Group, MultiSelect, PasswordInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { clients, eventTypes, webhooks } from '../../api/queries.ts'
import { owners } from '../../api/warehouse.ts'
import type { WmsWebhook } from '../../api/types.ts'
import { notifyDone } from '../../ui/notify.ts'
import { useEdit } from '../../ui/useEdit.tsx'

interface Draft {
  name: string
  url: string
  events: string[]
  username: string
  password: string
  ordering: WmsWebhook['ordering']
  excludeClientIds: string[]
  personalData: boolean
  ownerId?: string | null
}

const EMPTY: Draft = { name: '', url: '', events: [], username: '', password: '', ordering: 'none', excludeClientIds: [], personalData: false }
const draftOf = ({ name, url, events, auth, ordering, excludeClientIds, personalData, ownerId }: WmsWebhook): Draft =>
  ({ name, url, events, username: auth.username, password: '', ordering, excludeClientIds, personalData, ownerId })
/** In the select, where null is nothing chosen yet. */
const ALL_OWNERS = 'all'

const originOf = (url: string): string => URL.canParse(url) ? new URL(url).origin : url

/** Which event goes to which URL, with which credentials. */
export function WebhookDrawer ({ webhook, onClose }: { webhook: WmsWebhook | null, onClose: () => void }) {
  const types = useQuery(eventTypes)
  const known = useQuery(clients)
  const { data: whose = [] } = useQuery(owners)
  const { opened, draft, set, save, errorAt, notice } = useEdit<WmsWebhook, Draft>({
    object: webhook,
    path: ({ id }) => `/webhooks/${id}`,
    entity: ({ id }) => `webhook:${id}`,
    draftOf,
    empty: EMPTY,
    async send ({ username, password, ...rest }, opened, ifMatch) {
      // An empty password means the one that is stored: it is never sent here.
      const auth = { type: 'basic', username, ...(password === '' ? {} : { password }) }
      if (opened === null) await call('POST', '/webhooks', { body: { ...rest, auth } })
      else await call('PATCH', `/webhooks/${opened.id}`, { body: { ...rest, auth }, ifMatch })
      notifyDone(`${rest.name} is saved.`)
    },
    queryKey: webhooks.queryKey,
    onSaved: onClose
  })
  // Stored credentials are never sent to a host that they were not given for.
  const needsCredentials = opened === null || originOf(draft.url) !== originOf(opened.url)
  const groups = [...new Set((types.data ?? []).map(({ group }) => group))]
  const data = groups.map(group => ({
    group, items: (types.data ?? []).filter(type => type.group === group).map(({ id, title }) => ({ value: id, label: `${id} – ${title}` }))
  }))
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New webhook' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {notice}
          <TextInput data-autofocus required label='Name' description='Which system gets it.' maxLength={200} value={draft.name} error={errorAt('/name')}
            onChange={event => set({ name: event.currentTarget.value })} />
          <MultiSelect required label='Events' description='What it wants to know.' searchable data={data} value={draft.events} error={errorAt('/events')}
            onChange={events => set({ events })} hidePickedOptions nothingFoundMessage='No such event' />
          {whose.length > 1 && (
            <Select required label='Owner' description='Whose goods its events are about.' placeholder='Choose'
              data={[{ value: ALL_OWNERS, label: 'All owners' }, ...whose.map(({ id, name }) => ({ value: id, label: name }))]}
              value={draft.ownerId === undefined ? null : draft.ownerId ?? ALL_OWNERS} error={errorAt('/ownerId')} onChange={value => {
                if (value !== null) set({ ownerId: value === ALL_OWNERS ? null : value })
              }} />
          )}
          <TextInput required label='URL' description='https at a public address.' type='url' placeholder='https://erp.example.com/hooks/wms' value={draft.url}
            error={errorAt('/url')} onChange={event => set({ url: event.currentTarget.value })} />
          <Group grow align='start'>
            <TextInput required label='User name' autoComplete='off' value={draft.username} error={errorAt('/auth/username')}
              onChange={event => set({ username: event.currentTarget.value })} />
            <PasswordInput required={needsCredentials} label='Password' autoComplete='new-password' placeholder={needsCredentials ? undefined : 'unchanged'}
              description={opened === null ? undefined : needsCredentials ? 'Needed again: the URL leads to another host.' : 'Never shown again.'}
              value={draft.password} error={errorAt('/auth/password')} onChange={event => set({ password: event.currentTarget.value })} />
          </Group>
          <div>
            <Text size='sm' fw={500} id='ordering'>Order</Text>
            <Text size='xs' c='dimmed' mb={4}>One after the other is slower: each event of an object waits until the one before it was received.</Text>
            <SegmentedControl aria-labelledby='ordering'
              data={[{ value: 'none', label: 'As fast as possible' }, { value: 'subject', label: 'In order per object' }]} value={draft.ordering}
              onChange={ordering => set({ ordering })} />
          </div>
          <MultiSelect label='Not caused by' description='Changes made by these clients are not sent, so that a system does not hear its own echo.' clearable
            data={(known.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} value={draft.excludeClientIds} error={errorAt('/excludeClientIds')}
            onChange={excludeClientIds => set({ excludeClientIds })} />
          <Checkbox label='Receives personal data' description='Customers and addresses, also while General Settings hide them.' checked={draft.personalData}
            onChange={event => set({ personalData: event.currentTarget.checked })} />
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            <Button type='submit' loading={save.isPending}>{opened === null ? 'Create' : 'Save'}</Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}
