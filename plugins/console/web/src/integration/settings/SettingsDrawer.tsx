import { useState } from 'react'
import { Alert, Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call, isConflict } from '../../api/call.ts'
import { operations } from '../../api/queries.ts'
import type { WmsOperation } from '../../api/types.ts'
import { Changed } from '../../ui/Changed.tsx'
import { check, SchemaForm, type JsonSchema, type Values } from '../../ui/SchemaForm.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { rebase } from '../../ui/rebase.ts'
import { Failure } from '../../ui/states.tsx'

/** Edits the defaults of one operation; saved only if nobody else has changed them meanwhile. */
export function SettingsDrawer ({ operation, onClose }: { operation: WmsOperation, onClose: () => void }) {
  const cache = useQueryClient()
  const schema = operation.settingsSchema as JsonSchema
  // As it was when the drawer opened; the list behind it may be newer.
  const [opened, setOpened] = useState(operation)
  const [values, setValues] = useState<Values>(operation.settings ?? {})
  const errors = check(schema, values)
  const dirty = Object.keys(schema.properties ?? {}).filter(name => JSON.stringify(values[name]) !== JSON.stringify(opened.settings?.[name]))
  const save = useMutation({
    mutationFn: async () => (await call<WmsOperation>('PATCH', `/operations/${operation.id}`, {
      body: { settings: Object.fromEntries(dirty.map(name => [name, values[name]])) }, ifMatch: `"${opened.version}"`
    })).data,
    onSuccess: () => {
      notifyDone(`Defaults of “${operation.title}” are saved.`)
      onClose()
    },
    onSettled: () => { cache.invalidateQueries({ queryKey: operations.queryKey }).catch(() => {}) }
  })
  const refused = save.error instanceof ApiError
    ? Object.fromEntries((save.error.problem.errors ?? []).map(({ pointer, message }) => [pointer.replace('/settings/', ''), message]))
    : {}
  const reload = (keepMine: boolean): void => {
    call<WmsOperation>('GET', `/operations/${operation.id}`).then(({ data }) => {
      setValues(keepMine ? rebase(opened.settings ?? {}, values, data.settings ?? {}) : data.settings ?? {})
      setOpened(data)
      save.reset()
    }, () => {})
  }
  return (
    <Drawer opened onClose={onClose} title={`Defaults of “${operation.title}”`}>
      <form onSubmit={event => { event.preventDefault(); if (dirty.length > 0 && Object.keys(errors).length === 0) save.mutate() }}>
        <Stack>
          {operation.description !== null && <Text size='sm' c='dimmed'>{operation.description}</Text>}
          {isConflict(save.error)
            ? <Changed entity={`operation:${operation.id}`} takeTheirs={() => reload(false)} keepMine={() => reload(true)} />
            : save.isError && <Failure error={save.error} />}
          <SchemaForm schema={schema} values={values} errors={{ ...errors, ...refused }} onChange={setValues} />
          {dirty.length > 0 && <Alert color='yellow' variant='light' role='status'>Not saved yet: {dirty.join(', ')}</Alert>}
          <Group justify='space-between'>
            <Button variant='subtle' onClick={() => setValues(operation.settingsDefaults ?? {})}>Back to the defaults of the product</Button>
            <Group>
              <Button variant='default' onClick={onClose}>Cancel</Button>
              <Button type='submit' disabled={dirty.length === 0 || Object.keys(errors).length > 0} loading={save.isPending}>Save</Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}
