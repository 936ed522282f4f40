import { Box, Code, Group } from '@mantine/core'
import { CopyButton } from './CopyButton.tsx'

/** Text from outside, as text: scrolls sideways, can be reached by keyboard, can be copied. */
export function CodeBlock ({ text, label, copy = true, maxHeight = 360 }: { text: string, label: string, copy?: boolean, maxHeight?: number }) {
  return (
    <Box>
      {copy && <Group justify='flex-end' mb={4}><CopyButton text={text} label={`Copy ${label}`} /></Group>}
      <Code block tabIndex={0} role='region' aria-label={label} mah={maxHeight} className='scrolls'>{text}</Code>
    </Box>
  )
}

/** JSON indented; anything else as it is. */
export function pretty (text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
