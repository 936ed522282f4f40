// The pool of connections, which reports the connection that a use through Prisma took.
import pg from 'pg'
import { cut } from './client-socket.js'

/** The connection that a piece of work has taken: undefined before, null after it gave it back. */
export interface Lease { client: pg.PoolClient | null | undefined }

/** For the server to close the connections that are ended: one that is silent does not say goodbye. */
const GOODBYE_MS = 1_000

type Callback = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void

export class LeasingPool extends pg.Pool {
  readonly #open = new Set<pg.ClientBase>()
  /** Whose connection is the next that Prisma takes. */
  #expected: { lease: Lease, taken: () => void } | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor (config: pg.PoolConfig) {
    super(config)
    this.on('connect', client => {
      this.#open.add(client)
      client.once('end', () => { this.#open.delete(client) })
    })
  }

  /** Waits for the connections in use, and for all to be closed: `end` alone returns while they still say goodbye. */
  async close (): Promise<void> {
    const closed = [...this.#open].map(async client => await new Promise<void>(resolve => client.once('end', () => { resolve() })))
    await this.end()
    const timer = setTimeout(() => { this.#open.forEach(cut) }, GOODBYE_MS)
    await Promise.all(closed)
    clearTimeout(timer)
  }

  /** A connection for ourselves. */
  async take (): Promise<pg.PoolClient> {
    return await super.connect()
  }

  /**
   * Runs work that makes Prisma take a connection, and notes which. One after the other they take it, so that it is known whose it is: an
   * AsyncLocalStorage would know too, and slows every promise of the process down.
   */
  async lease<T> (lease: Lease, work: () => Promise<T>): Promise<T> {
    const before = this.#turn
    let taken = (): void => {}
    this.#turn = new Promise(resolve => { taken = resolve })
    await before
    this.#expected = { lease, taken }
    try {
      return await work()
    } finally {
      // It may have failed before it took one.
      if (this.#expected?.lease === lease) this.#expected = null
      taken()
    }
  }

  override connect (): Promise<pg.PoolClient>
  override connect (callback: Callback): void
  override connect (callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return this.#connect()
    super.connect(callback)
  }

  async #connect (): Promise<pg.PoolClient> {
    const expected = this.#expected
    this.#expected = null
    expected?.taken()
    const client = await super.connect()
    if (expected === null) return client
    const { lease } = expected
    lease.client = client
    const release = client.release.bind(client)
    client.release = error => {
      lease.client = null
      release(error)
    }
    return client
  }
}
