import '@mantine/charts/styles.css'
import { Anchor, Card, Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { statistics, webhookHealth } from '../../api/queries.ts'
import type { WmsStatistics } from '../../api/types.ts'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/Time.tsx'
import { AuditEntry } from '../audit/AuditEntry.tsx'
import { CallsChart, DeliveriesChart, LatencyChart } from './Charts.tsx'

const RANGES = [{ value: 'hour', label: 'Last hour' }, { value: 'day', label: 'Last day' }, { value: 'week', label: 'Last week' }]
type Range = WmsStatistics['range']

/** Pictures first; each leads to the calls that it is made of. */
export function OverviewTab () {
  const { range = 'hour' } = useSearch({ from: '/shell/integration/overview' })
  const navigate = useNavigate({ from: '/integration/overview' })
  const { data, error, isPending, refetch } = useQuery(statistics(range as Range))
  return (
    <Stack>
      <Group justify='space-between' align='end'>
        <Text size='sm' c='dimmed' maw={640}>Traffic, latency and failures. Select a bar to see its calls.</Text>
        <SegmentedControl aria-label='Time' data={RANGES} value={range} onChange={value => {
          navigate({ search: { range: value }, replace: true, resetScroll: false }).catch(() => {})
        }} />
      </Group>
      {isPending && <Loading rows={6} />}
      {error !== null && <Failure error={error} retry={() => { refetch().catch(() => {}) }} />}
      {data !== undefined && <Dashboard data={data} />}
    </Stack>
  )
}

function Dashboard ({ data }: { data: WmsStatistics }) {
  const navigate = useNavigate({ from: '/integration/overview' })
  /** The calls of one period. */
  const show = (direction: 'in' | 'out') => (at: string): void => {
    const to = new Date(Date.parse(at) + data.periodSeconds * 1000).toISOString()
    navigate({ to: '/integration/audit', search: { direction, from: at, to } }).catch(() => {})
  }
  const { totals, from } = data
  return (
    <>
      <Figures data={data} />
      <Chart title='Calls' note={`${totals.calls.toLocaleString()} calls, ${totals.refused.toLocaleString()} refused, ${totals.failed.toLocaleString()} failed`}
        search={{ direction: 'in', from }}
      >
        <CallsChart data={data} onPeriod={show('in')} />
      </Chart>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Chart title='Time to answer' note={totals.p50Ms === null ? 'No calls' : `half within ${ms(totals.p50Ms)}, 95 % within ${ms(totals.p95Ms)}`}
          search={{ direction: 'in', from }}
        >
          <LatencyChart data={data} onPeriod={show('in')} />
        </Chart>
        <Chart title='Webhooks' note={`${totals.delivered.toLocaleString()} of ${totals.attempts.toLocaleString()} attempts succeeded`}
          search={{ direction: 'out', from }}
        >
          <DeliveriesChart data={data} onPeriod={show('out')} />
        </Chart>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <Most title='Busiest clients' rows={data.clients} search={key => ({ clientId: key, from })} />
        <Most title='Busiest operations' rows={data.operations} search={key => ({ operation: key, from })} />
        <Most title='Busiest webhooks' rows={data.webhooks} search={key => ({ webhookId: key, from })} />
      </SimpleGrid>
      <Card withBorder padding={0} component='section' aria-label='Recent failures'>
        <Title order={2} size='h5' p='md'>Recent failures</Title>
        {data.failures.length === 0
          ? <Text size='sm' c='dimmed' px='md' pb='md'>No failures in this period.</Text>
          : (
            <Stack gap={0} role='list' aria-label='Calls that failed'>
              {data.failures.map(entry => (
                <div key={entry.id} role='listitem' className='row'>
                  <AuditEntry entry={entry} onOpen={() => {
                    navigate({ to: '/integration/audit', search: { row: entry.id } }).catch(() => {})
                  }} />
                </div>
              ))}
            </Stack>
            )}
      </Card>
    </>
  )
}

const ms = (value: number | null): string => value === null ? '–' : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`

type AuditSearch = { direction?: string, from?: string, clientId?: string, operation?: string, webhookId?: string, statusClass?: string }

function Chart ({ title, note, search, children }: { title: string, note: string, search: AuditSearch, children: React.ReactNode }) {
  return (
    <Card withBorder component='figure' m={0} aria-label={`${title}: ${note}`}>
      <Group justify='space-between' mb='xs' gap='xs'>
        <Title order={2} size='h5'>{title}</Title>
        <Group gap='xs'>
          <Text size='xs' c='dimmed'>{note}</Text>
          <Link to='/integration/audit' search={search}>
            <Text span size='xs'>Show them</Text>
          </Link>
        </Group>
      </Group>
      {children}
    </Card>
  )
}

function Figures ({ data: { totals, periods, periodSeconds, from } }: { data: WmsStatistics }) {
  const health = useQuery(webhookHealth)
  const pending = (health.data ?? []).reduce((sum, row) => sum + row.pending, 0)
  const oldest = (health.data ?? []).flatMap(row => row.oldestPendingAt ?? []).sort()[0]
  const minutes = periods.length * periodSeconds / 60
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure label='Calls per minute' value={(totals.calls / minutes).toLocaleString(undefined, { maximumFractionDigits: 1 })}
        note={`${totals.calls.toLocaleString()} in all`} to='/integration/audit' search={{ direction: 'in', from }} />
      <Figure label='Failed calls' value={totals.failed.toLocaleString()} note={`and ${totals.refused.toLocaleString()} refused`} to='/integration/audit'
        search={{ direction: 'in', statusClass: totals.failed > 0 ? '5xx' : '4xx', from }} />
      <Figure label='Delivery success rate'
        value={totals.attempts === 0 ? '–' : `${(100 * totals.delivered / totals.attempts).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`}
        note={`${totals.attempts.toLocaleString()} attempts`} to='/integration/audit' search={{ direction: 'out', from }} />
      <Figure label='Pending deliveries' value={health.data === undefined ? '…' : pending.toLocaleString()} note={oldest === undefined
        ? 'none is late'
        : (
          <>
            oldest since <Time at={oldest} ago />
          </>
          )} to='/integration/webhooks' search={{ status: 'pending' }} />
    </SimpleGrid>
  )
}

function Figure ({ label, value, note, to, search }: { label: string, value: string, note: React.ReactNode, to: string, search: object }) {
  return (
    <Card withBorder padding='sm'>
      <Text size='xs' c='dimmed'>{label}</Text>
      <Anchor component={Link} to={to} search={search as never} fz='h2' fw={700} c='inherit' underline='hover' aria-label={`${label}: ${value}`}>
        {value}
      </Anchor>
      <Text size='xs' c='dimmed'>{note}</Text>
    </Card>
  )
}

function Most ({ title, rows, search }: { title: string, rows: WmsStatistics['clients'], search: (key: string) => AuditSearch }) {
  return (
    <Card withBorder component='section' aria-label={title}>
      <Title order={2} size='h5' mb='xs'>{title}</Title>
      {rows.length === 0
        ? <Empty title='None'>No calls in this period.</Empty>
        : (
          <Table>
            <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th ta='right'>Calls</Table.Th><Table.Th ta='right'>Failed</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map(({ key, name, calls, failed }) => (
                <Table.Tr key={key}>
                  <Table.Td className='wrap'><Link to='/integration/audit' search={search(key)}>{name ?? key}</Link></Table.Td>
                  <Table.Td ta='right'>{calls.toLocaleString()}</Table.Td>
                  <Table.Td ta='right'>{failed.toLocaleString()}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          )}
    </Card>
  )
}
