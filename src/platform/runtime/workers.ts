// Background work: one loop per worker, woken by signals, with a round at least every so often.
import type { WorkerOptions } from '../../kernel/contract/background.js'
import type { Signals, Workers } from '../../kernel/host/foundation.js'

/** @param isWorker false: this process only answers calls, and none of them starts */
export function createWorkers (signals: Signals, isWorker: boolean, warn: (message: string) => void): Workers {
  const workers: Worker[] = []
  return {
    add: options => { workers.push(createWorker(options, signals, warn)) },
    wakeAll: () => { workers.forEach(worker => worker.wake()) },
    start: () => { if (isWorker) workers.forEach(worker => worker.start()) },
    stop: async () => { await Promise.allSettled(workers.map(async worker => await worker.stop())) }
  }
}

interface Worker {
  start: () => void
  wake: () => void
  /** Lets the running round end, then closes the worker. */
  stop: () => Promise<void>
}

function createWorker (options: WorkerOptions, signals: Signals, warn: (message: string) => void): Worker {
  const abort = new AbortController()
  let wakeUp: (() => void) | null = null
  let woken = false
  let loop: Promise<void> | null = null

  const wake = (): void => {
    woken = true
    wakeUp?.()
  }
  for (const name of options.wakeOn ?? []) signals.on(name, wake)

  const pause = async (ms: number): Promise<void> => {
    if (woken || abort.signal.aborted) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => { clearTimeout(timer); resolve() }
    })
    wakeUp = null
  }

  const run = async (): Promise<void> => {
    if (options.firstAfterMs !== undefined) await pause(options.firstAfterMs)
    while (!abort.signal.aborted) {
      woken = false
      const again = await options.run(abort.signal).catch((error: unknown) => {
        if (!abort.signal.aborted) warn(`worker ${options.name}: ${(error as Error).message}`)
        // A failing database must not make it spin on its signals.
        return 'failed' as const
      })
      if (again === 'failed') woken = false
      if (again !== true) await pause(options.everyMs)
      if (woken && options.gatherMs !== undefined && !abort.signal.aborted) await new Promise(resolve => setTimeout(resolve, options.gatherMs))
    }
  }

  return {
    start () { loop ??= run() },
    wake,
    async stop () {
      abort.abort()
      wake()
      await loop
      await options.close?.()
    }
  }
}
