import type { ReactNode } from 'react'
import { Group } from '@mantine/core'

/** A row of a list that opens its object, by mouse and by keyboard. On a phone its right half goes below. */
export function OpenRow ({ left, right, onOpen }: { left: ReactNode, right: ReactNode, onOpen: () => void }) {
  return (
    <Group className='clickable' tabIndex={0} role='button' px='md' py={8} gap='sm' justify='space-between'
      onClick={onOpen} onKeyDown={event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); onOpen() } }}>
      <Group gap='sm' wrap='nowrap' style={{ minWidth: 0, flex: '1 1 320px' }}>{left}</Group>
      {right}
    </Group>
  )
}
