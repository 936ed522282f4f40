import { AreaChart, BarChart } from '@mantine/charts'
import type { WmsStatistics } from '../../api/types.ts'

interface ChartProps { data: WmsStatistics, onPeriod: (at: string) => void }

const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** Rows with the label of their period in the viewer's zone. */
const labelled = ({ periods, range }: WmsStatistics) =>
  periods.map(period => ({ ...period, label: (range === 'week' ? DAY : HOUR).format(new Date(period.at)) }))

/** The chart says which of its rows was clicked. */
const clicked = ({ data, onPeriod }: ChartProps) => ({ activeTooltipIndex: index }: { activeTooltipIndex?: number | string | null | undefined }): void => {
  const period = data.periods[Number(index)]
  if (index != null && period !== undefined) onPeriod(period.at)
}

const COMMON = {
  h: 200, dataKey: 'label', withLegend: true, tickLine: 'none', gridAxis: 'x', xAxisProps: { minTickGap: 40 }, yAxisProps: { width: 44, allowDecimals: false }
} as const
/** The figure around it has the name; the tables and links beside it have its values. */
const PLAIN = { accessibilityLayer: false, style: { cursor: 'pointer' } } as const

export function CallsChart (props: ChartProps) {
  return (
    <BarChart {...COMMON} data={labelled(props.data)} type='stacked' barChartProps={{ ...PLAIN, onClick: clicked(props) }} series={[
      { name: 'succeeded', label: 'Success', color: 'teal.6' },
      { name: 'refused', label: 'Refused (4xx)', color: 'orange.6' },
      { name: 'failed', label: 'Failed (5xx)', color: 'red.7' }
    ]} />
  )
}

export function LatencyChart (props: ChartProps) {
  return (
    <AreaChart {...COMMON} data={labelled(props.data)} unit=' ms' withDots={false} curveType='monotone' connectNulls
      areaChartProps={{ ...PLAIN, onClick: clicked(props) }} yAxisProps={{ width: 60 }} series={[
        { name: 'p95Ms', label: '95 % within', color: 'indigo.4' },
        { name: 'p50Ms', label: 'Half within', color: 'indigo.8' }
      ]} />
  )
}

export function DeliveriesChart (props: ChartProps) {
  return (
    <BarChart {...COMMON} data={labelled(props.data)} type='stacked' barChartProps={{ ...PLAIN, onClick: clicked(props) }} series={[
      { name: 'delivered', label: 'Taken', color: 'teal.6' }, { name: 'undelivered', label: 'Not taken', color: 'red.7' }
    ]} />
  )
}
