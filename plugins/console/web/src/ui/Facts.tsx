import type { ReactNode } from 'react'
import { Table } from '@mantine/core'

/** Names and values, without those that say nothing. */
export function Facts ({ facts }: { facts: ReadonlyArray<[string, ReactNode]> }) {
  return (
    <Table withRowBorders={false} verticalSpacing={2}>
      <Table.Tbody>
        {facts.filter(([, value]) => value !== null && value !== '' && value !== undefined).map(([name, value], index) => (
          <Table.Tr key={index}><Table.Th w={130} fw={500}>{name}</Table.Th><Table.Td className='wrap'>{value}</Table.Td></Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** A quantity in the viewer's way, with as many decimals as it has. */
export const amount = (value: number): string => value.toLocaleString(undefined, { maximumFractionDigits: 4 })
