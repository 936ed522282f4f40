// Wakes listeners here at once and in other processes by NOTIFY: debounced, on a connection of its own, never inside a transaction.
import type { Database, DatabaseConnection } from '../../kernel/contract/database.js'
import { newId } from '../../kernel/contract/ids.js'
import type { Lifecycle, Signals } from '../../kernel/host/foundation.js'

const CHANNEL = 'lwms'
const DEBOUNCE_MS = 20
const RECONNECT_MS = 500
/** Nothing is asked on the listening connection otherwise, so that a silent one would never be noticed. */
const PROBE_MS = 5_000

interface Notifier { send: (name: string) => void, stop: () => Promise<void> }

/** Notifies other processes. One statement at a time: what comes while the database is slow is buffered and sent with the next. */
function createNotifier (db: Database, self: string, warn: (message: string) => void): Notifier {
  const waiting = new Set<string>()
  let connection: DatabaseConnection | null = null
  let timer: NodeJS.Timeout | null = null
  let notification: Promise<void> | null = null
  let stopped = false

  const notify = async (): Promise<void> => {
    const names = [...waiting]
    waiting.clear()
    try {
      connection ??= await db.connect('notify')
      await connection.query('SELECT pg_notify($1, $2)', [CHANNEL, `${self} ${names.join(' ')}`])
    } catch (error) {
      // Others find out by their polls; the next signal opens a new connection.
      connection?.end().catch(() => {})
      connection = null
      warn(`signal to other processes failed: ${(error as Error).message}`)
    }
  }

  const schedule = (): void => {
    if (stopped || timer !== null || notification !== null) return
    timer = setTimeout(() => {
      timer = null
      notification = notify().finally(() => {
        notification = null
        if (waiting.size > 0) schedule()
      })
    }, DEBOUNCE_MS).unref()
  }

  return {
    send (name) {
      if (stopped) return
      waiting.add(name)
      schedule()
    },
    async stop () {
      if (timer !== null) clearTimeout(timer)
      stopped = true
      await notification
      if (waiting.size > 0) await notify()
      await connection?.end()
    }
  }
}

export function createSignals (db: Database, warn: (message: string) => void): Signals & Lifecycle {
  const self = newId('prc')
  const notifier = createNotifier(db, self, warn)
  const listeners = new Map<string, Array<() => void>>()
  let listening: DatabaseConnection | null = null
  let stopped = false

  const wake = (name: string): void => listeners.get(name)?.forEach(listener => listener())
  const wakeAll = (): void => listeners.forEach(list => list.forEach(listener => listener()))

  const listen = async (): Promise<void> => {
    const connection = await db.connect('listen')
    connection.on('notification', payload => {
      const [sender, ...names] = payload.split(' ')
      if (sender !== self) names.forEach(wake)
    })
    connection.on('end', () => {
      if (stopped || listening !== connection) return
      listening = null
      reconnect()
    })
    await connection.query(`LISTEN ${CHANNEL}`)
    listening = connection
    let isAsking = false
    const probe = setInterval(() => {
      if (isAsking) return
      isAsking = true
      connection.query('SELECT 1').catch(() => {}).finally(() => { isAsking = false })
    }, PROBE_MS).unref()
    connection.on('end', () => { clearInterval(probe) })
  }

  const reconnect = (): void => {
    if (stopped) return
    setTimeout(() => { if (!stopped) listen().then(wakeAll, reconnect) }, RECONNECT_MS).unref()
  }

  return {
    on: (name, listener) => { listeners.set(name, [...listeners.get(name) ?? [], listener]) },
    send (name) {
      wake(name)
      notifier.send(name)
    },
    start: listen,
    async stop () {
      stopped = true
      await Promise.allSettled([notifier.stop(), listening?.end()])
    },
    wakeAll
  }
}
