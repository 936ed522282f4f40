import { Alert, Button, Group, Text } from '@mantine/core'

/** Somebody else was quicker: nothing is overwritten until the operator says so. */
export function Changed ({ by, takeTheirs, keepMine }: { by?: string | null | undefined, takeTheirs: () => void, keepMine?: () => void }) {
  return (
    <Alert color='orange' variant='light' title={`Changed${by == null ? '' : ` by ${by}`} since you opened it`} role='alert'>
      <Text size='sm' mb='xs'>Nothing of yours was saved, and nothing was overwritten.</Text>
      <Group gap='xs'>
        <Button size='xs' onClick={takeTheirs}>Show theirs</Button>
        {keepMine !== undefined && <Button size='xs' variant='default' onClick={keepMine}>Keep editing mine</Button>}
      </Group>
    </Alert>
  )
}
