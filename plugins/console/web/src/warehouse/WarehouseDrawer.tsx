// A warehouse: its name, where it is, and where goods arrive and leave.
import { Button, Drawer, Group, Select, Stack, Switch, TextInput } from '@mantine/core'
import { call } from '../api/call.ts'
import type { WmsWarehouse } from '../api/types.ts'
import { warehouses } from '../api/warehouse.ts'
import { notifyDone } from '../ui/notify.ts'
import { useEdit } from '../ui/useEdit.tsx'

const ADDRESS = [
  ['street1', 'Street'], ['street2', 'More of it'], ['postcode', 'Postcode'], ['city', 'City'], ['state', 'State'], ['country', 'Country (two letters)']
] as const
type Address = Record<(typeof ADDRESS)[number][0], string>

interface Draft extends Address {
  code: string
  name: string
  gln: string
  timezone: string
  allowNegativeStock: boolean
  active: boolean
  receiving: string
  shipping: string
}

const draftOf = (warehouse: WmsWarehouse): Draft => ({
  ...Object.fromEntries(ADDRESS.map(([field]) => [field, warehouse.address?.[field] ?? ''])) as Address,
  code: warehouse.code,
  name: warehouse.name,
  gln: warehouse.gln ?? '',
  timezone: warehouse.timezone,
  allowNegativeStock: warehouse.allowNegativeStock,
  active: warehouse.active,
  receiving: warehouse.defaultReceivingLocation ?? '',
  shipping: warehouse.defaultShippingLocation ?? ''
})
const EMPTY: Draft = {
  code: '', name: '', gln: '', timezone: 'UTC', allowNegativeStock: false, active: true, receiving: '', shipping: '', street1: '', street2: '', postcode: '',
  city: '', state: '', country: ''
}
const orNull = (text: string): string | null => text.trim() === '' ? null : text

export function WarehouseDrawer (
  { warehouse, onClose, onSaved }: { warehouse: WmsWarehouse | null, onClose: () => void, onSaved: (id: string) => void }
) {
  const { opened, draft, set, save, errorAt, notice } = useEdit<WmsWarehouse, Draft>({
    object: warehouse,
    path: ({ id }) => `/warehouses/${id}`,
    entity: ({ id }) => `warehouse:${id}`,
    draftOf,
    empty: EMPTY,
    async send ({ code, name, gln, timezone, allowNegativeStock, active, receiving, shipping, ...address }, opened, ifMatch) {
      const parts = Object.fromEntries(Object.entries(address).flatMap(([field, text]) => orNull(text) === null ? [] : [[field, text]]))
      const fields = { code, name, gln: orNull(gln), timezone, allowNegativeStock, address: Object.keys(parts).length === 0 ? null : parts }
      // A merge patch would keep the parts of the address that are gone.
      const kept = opened?.address === null || fields.address === null ? {} : Object.fromEntries(Object.keys(opened?.address ?? {}).map(field => [field, null]))
      const { data } = opened === null
        ? await call<WmsWarehouse>('POST', '/warehouses', { body: fields })
        : await call<WmsWarehouse>('PATCH', `/warehouses/${opened.id}`, {
          body: {
            ...fields,
            address: fields.address === null ? null : { ...kept, ...fields.address },
            active,
            defaultReceivingLocation: orNull(receiving),
            defaultShippingLocation: orNull(shipping)
          },
          ifMatch
        })
      notifyDone(`${name} is saved.`)
      onSaved(data.id)
    },
    queryKey: warehouses.queryKey
  })
  return (
    <Drawer opened onClose={onClose} title={opened === null ? 'New warehouse' : opened.name}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Stack>
          {notice}
          <TextInput data-autofocus required label='Name' maxLength={200} value={draft.name} error={errorAt('/name')}
            onChange={event => set({ name: event.currentTarget.value })} />
          <TextInput required label='Code' maxLength={32} value={draft.code} error={errorAt('/code')}
            onChange={event => set({ code: event.currentTarget.value })} />
          <Select label='Time zone' description='Expiry dates end with the day there.' searchable allowDeselect={false} data={zonesWith(draft.timezone)}
            value={draft.timezone} error={errorAt('/timezone')} onChange={value => set({ timezone: value ?? draft.timezone })} />
          {ADDRESS.map(([field, label]) => (
            <TextInput key={field} label={label} maxLength={field === 'country' ? 2 : 255} value={draft[field]} error={errorAt(`/address/${field}`)}
              onChange={event => set({ [field]: event.currentTarget.value })} />
          ))}
          <TextInput label='GLN' description='Global Location Number, 13 digits.' maxLength={13} value={draft.gln} error={errorAt('/gln')}
            onChange={event => set({ gln: event.currentTarget.value })} />
          {opened !== null && (
            <>
              <TextInput label='Goods arrive at' description='Code of a location.' maxLength={40} value={draft.receiving}
                error={errorAt('/defaultReceivingLocation')} onChange={event => set({ receiving: event.currentTarget.value })} />
              <TextInput label='Picked goods wait at' description='Code of a location. Empty: where goods arrive.' maxLength={40} value={draft.shipping}
                error={errorAt('/defaultShippingLocation')} onChange={event => set({ shipping: event.currentTarget.value })} />
            </>
          )}
          <Switch label='Stock may go below zero' description='Of goods without a batch.' checked={draft.allowNegativeStock}
            error={errorAt('/allowNegativeStock')} onChange={event => set({ allowNegativeStock: event.currentTarget.checked })} />
          {opened !== null && (
            <Switch label='Active' description='It is archived when nothing lies in it and no orders are to leave from it.' checked={draft.active}
              error={errorAt('/active')} onChange={event => set({ active: event.currentTarget.checked })} />
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

/** Those that the browser knows, and the one that the warehouse has. */
function zonesWith (own: string): string[] {
  return [...new Set(['UTC', own, ...Intl.supportedValuesOf('timeZone')])].sort()
}
