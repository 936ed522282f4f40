import { Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core'
import type { Operations } from '../../api/queries.ts'
import { differences, type Preset } from './presets.ts'
import { useOperationChange } from './useOperationChange.ts'
import { notifyDone } from '../../ui/notify.ts'

/** Shows what a preset would change before it does. */
export function PresetPreview ({ preset, operations, onClose }: { preset: Preset, operations: Operations, onClose: () => void }) {
  const change = useOperationChange()
  const changes = differences(preset, operations.data)
  const apply = (): void => {
    change.mutate({ changes: changes.map(({ operation, enabled }) => ({ id: operation.id, enabled })), version: operations.version }, {
      onSuccess: () => notifyDone(`“${preset.label}” is in force.`),
      onSettled: onClose
    })
  }
  return (
    <Modal opened onClose={onClose} title={`Preset “${preset.label}”`} size='lg'>
      <Stack>
        <Text size='sm'>{preset.description} Defaults stay as they are.</Text>
        {changes.length === 0
          ? <Text size='sm' fw={500}>Nothing would change: it is like that already.</Text>
          : (
            <Table>
              <Table.Thead><Table.Tr><Table.Th>Operation</Table.Th><Table.Th>Now</Table.Th><Table.Th>Then</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {changes.map(({ operation, enabled }) => (
                  <Table.Tr key={operation.id}>
                    <Table.Td>{operation.title}</Table.Td>
                    <Table.Td><OnOff on={operation.enabled} /></Table.Td>
                    <Table.Td><OnOff on={enabled} /></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
            )}
        <Group justify='flex-end'>
          <Button variant='default' onClick={onClose}>Cancel</Button>
          <Button disabled={changes.length === 0} loading={change.isPending} onClick={apply}>Change {changes.length} operations</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const OnOff = ({ on }: { on: boolean }) => <Badge variant='light' color={on ? 'teal' : 'gray'}>{on ? 'on' : 'off'}</Badge>
