import { Badge } from '@mantine/core'
import type { WmsOrderSummary } from '../api/types.ts'

const COLOURS: Readonly<Record<string, string>> = { draft: 'gray', cancelled: 'gray', closed: 'gray', shipped: 'teal', delivered: 'teal' }

export const OrderBadge = ({ status }: { status: WmsOrderSummary['status'] }) => (
  <Badge variant='light' flex='none' color={COLOURS[status] ?? 'indigo'}>{status}</Badge>
)
