// The pool of connections, which can tell whoever uses it through Prisma what connection that took.
import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'

/** The connection that a piece of work has taken: undefined before, null after it gave it back. */
export interface Lease { client: pg.PoolClient | null | undefined }

type Callback = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void

export class LeasingPool extends pg.Pool {
  readonly #leases = new AsyncLocalStorage<Lease>()
  readonly #open = new Set<pg.ClientBase>()

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
    await Promise.all(closed)
  }

  /** Runs work and notes the first connection that it takes. */
  async lease<T> (lease: Lease, work: () => Promise<T>): Promise<T> {
    return await this.#leases.run(lease, work)
  }

  override connect (): Promise<pg.PoolClient>
  override connect (callback: Callback): void
  override connect (callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return this.#connect()
    super.connect(callback)
  }

  async #connect (): Promise<pg.PoolClient> {
    const lease = this.#leases.getStore()
    const client = await super.connect()
    if (lease === undefined || lease.client !== undefined) return client
    lease.client = client
    const release = client.release.bind(client)
    client.release = error => {
      lease.client = null
      release(error)
    }
    return client
  }
}
