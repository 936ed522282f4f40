// One call in a list of calls.
import { Badge, Text } from '@mantine/core'
import type { AuditRow } from '../../api/types.ts'
import { OpenRow } from '../../ui/OpenRow.tsx'
import { Time } from '../../ui/Time.tsx'

const colourOf = (status: number | null): string => status === null || status >= 500 ? 'red' : status >= 400 ? 'orange' : 'teal'
const ARROW: Readonly<Record<AuditRow['direction'], string>> = { in: '→ in', out: '← out', operator: 'operator' }

export function AuditEntry ({ entry, onOpen }: { entry: AuditRow, onOpen: () => void }) {
  const { direction, method, path, status, errorCode, durationMs, occurredAt, outbound } = entry
  const who = direction === 'out' ? outbound?.webhookName : entry.actorName ?? entry.claimedId ?? 'unknown caller'
  return (
    <OpenRow onOpen={onOpen} left={(
      <>
        <Badge variant='light' color={colourOf(status)} w={56}>{status ?? '–'}</Badge>
        <div style={{ minWidth: 0 }}>
          <Text size='sm' className='mono wrap'>{method} {path}</Text>
          <Text size='xs' c='dimmed' className='wrap'>
            {ARROW[direction]} · {who}
            {outbound !== null && ` · ${outbound.eventType}, try ${outbound.attempt}`}
            {errorCode !== null && ` · ${errorCode}`}
          </Text>
        </div>
      </>
    )} right={<Text size='xs' c='dimmed'>{Math.round(durationMs)} ms · <Time at={occurredAt} /></Text>} />
  )
}
