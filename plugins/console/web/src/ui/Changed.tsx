import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lastChangeBy } from './lastChange.ts'

/**
 * Someone else was quicker: nothing is overwritten until the operator says so.
 * @param entity as the audit names it
 */
export function Changed ({ entity, takeTheirs, keepMine }: { entity: string, takeTheirs: () => void, keepMine?: () => void }) {
  const { data: name } = useQuery({
    queryKey: ['last-change', entity], queryFn: async ({ signal }) => await lastChangeBy(entity, signal), staleTime: 0, gcTime: 0
  })
  return (
    <Alert color='orange' variant='light' title={`Changed${name == null ? '' : ` by ${name}`} since you opened it`} role='alert'>
      <Text size='sm' mb='xs'>Nothing of yours was saved, and nothing was overwritten.</Text>
      <Group gap='xs'>
        <Button size='xs' onClick={takeTheirs}>Show theirs</Button>
        {keepMine !== undefined && <Button size='xs' variant='default' onClick={keepMine}>Keep editing mine</Button>}
      </Group>
    </Alert>
  )
}
