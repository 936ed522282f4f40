// A worker shows that it lives: it holds a session lock, which the database releases the moment its process or its connection is gone.
import type { DatabaseConnection, Kernel } from '#kernel'
import { lockPresence } from '../store/presence.js'

const RECONNECT_MS = 250

interface Presence {
  /** True while the lock is held: what is claimed without it would be taken for a dead worker's. */
  readonly isHeld: boolean
  /** Takes the lock, and takes it again whenever it was lost. */
  start: () => void
  stop: () => Promise<void>
}

export function createPresence (kernel: Kernel, worker: string, onHeld: () => void): Presence {
  let connection: DatabaseConnection | null = null
  let isHeld = false
  let timer: NodeJS.Timeout | null = null
  let opening: Promise<void> | null = null
  let isStopped = false

  const retry = (): void => {
    isHeld = false
    connection = null
    if (!isStopped) timer ??= setTimeout(() => { timer = null; opening = open().catch(retry) }, RECONNECT_MS)
  }
  const open = async (): Promise<void> => {
    const opened = await kernel.db.connect('worker')
    connection = opened
    opened.on('end', () => { if (connection === opened) retry() })
    await lockPresence(opened, worker).catch(async (error: unknown) => { connection = null; await opened.end().catch(() => {}); throw error })
    isHeld = true
    onHeld()
  }

  return {
    get isHeld () { return isHeld },
    start () { if (opening === null) opening = open().catch(retry) },
    async stop () {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      await opening
      isHeld = false
      const held = connection
      connection = null
      await held?.end().catch(() => {})
    }
  }
}
