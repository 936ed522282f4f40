// Lets one loop wait for whatever may give it work: a signal, free room, the end.

interface Latch {
  open: () => void
  /** Resolves when it was opened since the last wait, when the time is over, or when the signal ends it. */
  wait: (signal: AbortSignal, ms: number) => Promise<void>
}

export function createLatch (): Latch {
  let opened = false
  let pass: (() => void) | null = null
  const open = (): void => {
    opened = true
    pass?.()
  }
  return {
    open,
    async wait (signal, ms) {
      if (!opened && !signal.aborted) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>(resolve => {
          pass = resolve
          timer = setTimeout(resolve, ms)
          signal.addEventListener('abort', open)
        })
        clearTimeout(timer)
        signal.removeEventListener('abort', open)
        pass = null
      }
      opened = false
    }
  }
}
