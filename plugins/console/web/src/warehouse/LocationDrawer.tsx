// A location: what it is for, and what may be done there.
import { Button, Drawer, Fieldset, Group, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call, get } from '../api/call.ts'
import type { WmsLocation, WmsWarehouse } from '../api/types.ts'
import { warehouses } from '../api/warehouse.ts'
import { notifyDone } from '../ui/notify.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { useEdit } from '../ui/useEdit.tsx'

const TYPES = ['receiving', 'storage', 'picking', 'packing', 'staging', 'quality', 'quarantine', 'damaged', 'returns', 'shipping', 'virtual']
const SWITCHES = [
  ['pickable', 'Orders are picked from it', undefined], ['sellable', 'What lies in it counts as available', undefined],
  ['receivable', 'Takes goods from outside', undefined], ['allowMixedProducts', 'Several products may lie in it', undefined],
  ['allowMixedBatches', 'Several batches may lie in it', undefined],
  ['locked', 'Locked', 'Nothing is put into it or taken from it; it can be counted.']
] as const

type Flags = Record<(typeof SWITCHES)[number][0], boolean>
interface Draft extends Flags {
  code: string
  barcode: string
  type: string
  zone: string
  parent: string
  pickPriority: number | string
  lockReason: string
  maxWeightG: number | string
  active: boolean
}

const EMPTY: Draft = {
  code: '', barcode: '', type: 'storage', zone: '', parent: '', pickPriority: 0, lockReason: '', maxWeightG: '', active: true, pickable: true, sellable: true,
  receivable: true, allowMixedProducts: true, allowMixedBatches: true, locked: false
}
const draftOf = ({ barcode, zone, parent, lockReason, maxWeightG, ...rest }: WmsLocation): Draft => ({
  ...rest, barcode: barcode ?? '', zone: zone ?? '', parent: parent ?? '', lockReason: lockReason ?? '', maxWeightG: maxWeightG ?? ''
})
const orNull = (text: string): string | null => text.trim() === '' ? null : text

interface Props { warehouse: WmsWarehouse, mayEdit: boolean, onClose: () => void }

/** @param id of the location; null: a new one */
export function LocationDrawer ({ id, ...props }: Props & { id: string | null }) {
  const { data, error } = useQuery({
    queryKey: ['location', id], queryFn: async ({ signal }) => await get<WmsLocation>(`/locations/${id}`, signal), enabled: id !== null
  })
  if (id === null) return <Form location={null} {...props} />
  if (data !== undefined) return <Form location={data} {...props} />
  return <Drawer opened onClose={props.onClose} title='Location'>{error === null ? <Loading /> : <Failure error={error} />}</Drawer>
}

function Form ({ location, warehouse, mayEdit, onClose }: Props & { location: WmsLocation | null }) {
  const cache = useQueryClient()
  const { opened, draft, set, save, errorAt, notice } = useEdit<WmsLocation, Draft>({
    object: location,
    path: ({ id }) => `/locations/${id}`,
    entity: ({ id }) => `location:${id}`,
    draftOf,
    empty: EMPTY,
    async send (draft, opened, ifMatch) {
      const flags = Object.fromEntries(SWITCHES.map(([name]) => [name, draft[name]]))
      const body = {
        ...flags,
        code: draft.code,
        type: draft.type,
        barcode: orNull(draft.barcode),
        zone: orNull(draft.zone),
        parent: orNull(draft.parent),
        lockReason: draft.locked ? orNull(draft.lockReason) : null,
        pickPriority: Number(draft.pickPriority),
        maxWeightG: draft.maxWeightG === '' ? null : Number(draft.maxWeightG)
      }
      if (opened === null) await call('POST', `/warehouses/${warehouse.id}/locations`, { body })
      else await call('PATCH', `/locations/${opened.id}`, { body: { ...body, active: draft.active }, ifMatch })
      notifyDone(`${draft.code} is saved.`)
    },
    queryKey: [`/warehouses/${warehouse.id}/locations`],
    onSaved () {
      for (const queryKey of [warehouses.queryKey, ['location', location?.id]]) cache.invalidateQueries({ queryKey }).catch(() => {})
      onClose()
    }
  })
  return (
    <Drawer opened onClose={onClose} title={opened === null ? `New location in ${warehouse.code}` : `${warehouse.code} ${opened.code}`}>
      <form onSubmit={event => { event.preventDefault(); save.mutate() }}>
        <Fieldset variant='unstyled' disabled={!mayEdit}>
          <Stack>
            {notice}
            <TextInput data-autofocus required label='Code' description='As it is written on the shelf.' maxLength={40} value={draft.code}
              error={errorAt('/code')} onChange={event => set({ code: event.currentTarget.value })} />
            <TextInput label='Barcode' description='If another than the code is scanned.' maxLength={64} value={draft.barcode} error={errorAt('/barcode')}
              onChange={event => set({ barcode: event.currentTarget.value })} />
            <Select label='Type' allowDeselect={false} data={TYPES} value={draft.type} error={errorAt('/type')}
              onChange={value => set({ type: value ?? draft.type })} />
            <TextInput label='Zone' maxLength={40} value={draft.zone} error={errorAt('/zone')} onChange={event => set({ zone: event.currentTarget.value })} />
            <TextInput label='Part of' description='Code of the location that it is a part of.' maxLength={40} value={draft.parent} error={errorAt('/parent')}
              onChange={event => set({ parent: event.currentTarget.value })} />
            <NumberInput label='Pick priority' description='Lower is picked first.' min={0} max={9_999} allowDecimal={false} value={draft.pickPriority}
              error={errorAt('/pickPriority')} onChange={pickPriority => set({ pickPriority })} />
            <NumberInput label='Carries at most (g)' description='By the weights of the products. Empty: anything.' min={1} allowDecimal={false}
              value={draft.maxWeightG} error={errorAt('/maxWeightG')} onChange={maxWeightG => set({ maxWeightG })} />
            {SWITCHES.map(([name, label, description]) => (
              <Switch key={name} label={label} description={description} checked={draft[name]} error={errorAt(`/${name}`)}
                onChange={event => set({ [name]: event.currentTarget.checked })} />
            ))}
            {draft.locked && (
              <TextInput label='Why it is locked' maxLength={200} value={draft.lockReason} error={errorAt('/lockReason')}
                onChange={event => set({ lockReason: event.currentTarget.value })} />
            )}
            {opened !== null && (
              <Switch label='Active' description='It is archived when nothing lies in it.' checked={draft.active} error={errorAt('/active')}
                onChange={event => set({ active: event.currentTarget.checked })} />
            )}
          </Stack>
        </Fieldset>
        <Group justify='flex-end' mt='md'>
          <Button variant='default' onClick={onClose}>{mayEdit ? 'Cancel' : 'Close'}</Button>
          {mayEdit && <Button type='submit' loading={save.isPending}>{opened === null ? 'Create' : 'Save'}</Button>}
        </Group>
      </form>
    </Drawer>
  )
}
