// Locations from a CSV file: first what it would change, then the change.
import { useState } from 'react'
import { Alert, Badge, Button, Code, Drawer, FileInput, Group, List, Stack, Table, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call } from '../api/call.ts'
import type { LocationImport, WmsWarehouse } from '../api/types.ts'
import { warehouses } from '../api/warehouse.ts'
import { notifyDone } from '../ui/notify.ts'
import { Failure } from '../ui/states.tsx'

const SAMPLE = 'code,zone,type,pickPriority\nA-01-1,A,picking,1\nA-01-2,A,picking,2'
const MOST_SHOWN = 200

export function ImportDrawer ({ warehouse, onClose }: { warehouse: WmsWarehouse, onClose: () => void }) {
  const cache = useQueryClient()
  const [csv, setCsv] = useState('')
  const path = `/warehouses/${warehouse.id}/locations`
  const send = async (apply: boolean): Promise<LocationImport> => (await call<LocationImport>('POST', `${path}/import`, { body: { csv, apply } })).data
  const preview = useMutation({ mutationFn: async () => await send(false) })
  const apply = useMutation({
    mutationFn: async () => await send(true),
    onSuccess ({ created, updated }) {
      for (const queryKey of [[path], warehouses.queryKey, ['location']]) cache.invalidateQueries({ queryKey }).catch(() => {})
      notifyDone(`${created} locations are created, ${updated} changed.`)
      onClose()
    }
  })
  const change = (text: string): void => {
    setCsv(text)
    preview.reset()
    apply.reset()
  }
  const found = preview.data
  return (
    <Drawer opened onClose={onClose} size='xl' title={`Import locations into ${warehouse.code}`}>
      <form onSubmit={event => { event.preventDefault(); preview.mutate() }}>
        <Stack>
          <Text size='sm' c='dimmed'>
            A header and a row for each location. <Code>code</Code> must be there; other columns are the fields of a location. A row with the code of a location
            changes it, the others are new.
          </Text>
          <FileInput label='File' placeholder='Choose a CSV file' accept='.csv,text/csv,text/plain' clearable
            onChange={file => { file?.text().then(change, () => {}) }} />
          <Textarea label='Or its text' autosize minRows={5} maxRows={14} placeholder={SAMPLE} value={csv} styles={{ input: { fontFamily: 'monospace' } }}
            onChange={event => change(event.currentTarget.value)} />
          <Mistakes error={preview.error ?? apply.error} />
          {found !== undefined && <Changes found={found} />}
          <Group justify='flex-end'>
            <Button variant='default' onClick={onClose}>Cancel</Button>
            {found === undefined || found.changes.length === 0
              ? <Button type='submit' loading={preview.isPending} disabled={csv.trim() === ''}>Preview</Button>
              : <Button loading={apply.isPending} onClick={() => apply.mutate()}>Create {found.created}, change {found.updated}</Button>}
          </Group>
        </Stack>
      </form>
    </Drawer>
  )
}

/** Each wrong cell by its line and column. */
function Mistakes ({ error }: { error: Error | null }) {
  if (error === null) return null
  const errors = error instanceof ApiError ? (error.problem.errors ?? []).filter(({ pointer }) => pointer.startsWith('/csv/')) : []
  if (errors.length === 0) return <Failure error={error} />
  return (
    <Alert color='red' variant='light' title='Nothing was imported'>
      <List size='sm'>
        {errors.map(({ pointer, message }) => {
          const [, , line, column] = pointer.split('/')
          return <List.Item key={pointer}>Line {line}, {column} {message}</List.Item>
        })}
      </List>
    </Alert>
  )
}

function Changes ({ found: { created, updated, unchanged, changes } }: { found: LocationImport }) {
  if (changes.length === 0) return <Alert color='blue' variant='light' title='Nothing to do'>All {unchanged} locations are as the file has them.</Alert>
  return (
    <Stack gap='xs'>
      <Text size='sm'>{created} new, {updated} changed, {unchanged} as they are. Nothing is imported yet.</Text>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing='xs'>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Code</Table.Th>
              <Table.Th>What changes</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.slice(0, MOST_SHOWN).map(({ line, code, change, fields }) => (
              <Table.Tr key={line}>
                <Table.Td>{line}</Table.Td>
                <Table.Td><Text size='sm' className='mono wrap'>{code}</Text></Table.Td>
                <Table.Td>
                  {change === 'create' && <Badge variant='light'>new</Badge>}
                  {fields.map(({ name, from, to }) => (
                    <Text key={name} size='xs' className='wrap'>{name}: {change === 'create' ? '' : `${shown(from)} → `}{shown(to)}</Text>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {changes.length > MOST_SHOWN && <Text size='xs' c='dimmed'>… and {changes.length - MOST_SHOWN} more</Text>}
    </Stack>
  )
}

const shown = (value: unknown): string => value === null || value === undefined ? 'empty' : String(value)
