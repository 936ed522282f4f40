import { Tooltip } from '@mantine/core'

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const UTC = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const STEPS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]]

/** A timestamp as text, in the viewer's zone; what is none stays as it is. */
export const momentOf = (at: string): string => Number.isNaN(Date.parse(at)) ? at : LOCAL.format(new Date(at))

/** A timestamp in the viewer's zone; in UTC on hover, focus and touch. */
export function Time ({ at, ago = false }: { at: string, ago?: boolean }) {
  const date = new Date(at)
  return (
    <Tooltip label={`${UTC.format(date)} UTC`} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} tabIndex={0}>{ago ? relative(date) : LOCAL.format(date)}</time>
    </Tooltip>
  )
}

function relative (date: Date): string {
  const difference = date.getTime() - Date.now()
  const [unit, ms] = STEPS.find(([, step]) => Math.abs(difference) >= step) ?? ['second', 1000]
  return AGO.format(Math.round(difference / ms), unit)
}
