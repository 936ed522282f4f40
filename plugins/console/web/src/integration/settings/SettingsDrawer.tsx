import { Alert, Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { ApiError, call } from '../../api/call.ts'
import { operations } from '../../api/queries.ts'
import type { WmsOperation } from '../../api/types.ts'
import { check, SchemaForm, type JsonSchema, type Values } from '../../ui/SchemaForm.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { useEdit } from '../../ui/useEdit.tsx'

/** Edits the defaults of one operation; saved only if no one else has changed them meanwhile. */
export function SettingsDrawer ({ operation, onClose }: { operation: WmsOperation, onClose: () => void }) {
  const schema = operation.settingsSchema as JsonSchema
  const dirtyIn = (values: Values, opened: WmsOperation): string[] =>
    Object.keys(schema.properties ?? {}).filter(name => JSON.stringify(values[name]) !== JSON.stringify(opened.settings?.[name]))
  const { opened, draft: values, setDraft: setValues, save, notice } = useEdit<WmsOperation, Values>({
    object: operation,
    path: ({ id }) => `/operations/${id}`,
    entity: ({ id }) => `operation:${id}`,
    draftOf: ({ settings }) => settings ?? {},
    empty: {},
    async send (values, opened, ifMatch) {
      await call('PATCH', `/operations/${operation.id}`, {
        body: { settings: Object.fromEntries(dirtyIn(values, opened!).map(name => [name, values[name]])) }, ifMatch
      })
      notifyDone(`Defaults of “${operation.title}” are saved.`)
    },
    queryKey: operations.queryKey,
    onSaved: onClose
  })
  const errors = check(schema, values)
  const dirty = dirtyIn(values, opened!)
  const refused = save.error instanceof ApiError
    ? Object.fromEntries((save.error.problem.errors ?? []).map(({ pointer, message }) => [pointer.replace('/settings/', ''), message]))
    : {}
  return (
    <Drawer opened onClose={onClose} title={`Defaults of “${operation.title}”`}>
      <form onSubmit={event => { event.preventDefault(); if (dirty.length > 0 && Object.keys(errors).length === 0) save.mutate() }}>
        <Stack>
          {operation.description !== null && <Text size='sm' c='dimmed'>{operation.description}</Text>}
          {notice}
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
