import { useRef, useState } from 'react'
import { Button, Tooltip } from '@mantine/core'
import { CheckIcon, CopyIcon } from './icons.tsx'

/** Copies a text; also on plain http, where browsers have no clipboard for scripts. */
export function CopyButton ({ text, label = 'Copy', size = 'compact-sm' }: { text: string, label?: string, size?: string }) {
  const holder = useRef<HTMLSpanElement>(null)
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  const copy = async (): Promise<void> => {
    const copied = navigator.clipboard === undefined
      ? copyBySelection(text, holder.current)
      : await navigator.clipboard.writeText(text).then(() => true, () => copyBySelection(text, holder.current))
    setState(copied ? 'copied' : 'failed')
    setTimeout(() => setState('idle'), 2000)
  }
  return (
    <span ref={holder}>
      <Tooltip label={state === 'failed' ? 'Select the text and press Ctrl+C' : label}>
        <Button size={size} variant='default' onClick={() => {
          copy().catch(() => setState('failed'))
        }} leftSection={state === 'copied' ? <CheckIcon size={14} /> : <CopyIcon size={14} />}>
          <span aria-live='polite'>{state === 'copied' ? 'Copied' : state === 'failed' ? 'Press Ctrl+C' : label}</span>
        </Button>
      </Tooltip>
    </span>
  )
}

/** Beside the button, so that the focus trap of a dialog does not take the selection away. */
function copyBySelection (text: string, beside: HTMLElement | null): boolean {
  const area = document.createElement('textarea')
  const focused = document.activeElement
  area.value = text
  area.setAttribute('readonly', '')
  ;(beside ?? document.body).append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return copied
}
