// Prisma over the same pool, and transactions that speak both Prisma and plain SQL.
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../generated/prisma/client.js'
import type { Call } from '../../kernel/contract/call.js'
import type { Database, OrmTx } from '../../kernel/contract/database.js'
import { asDatabaseError } from './errors.js'
import type { LeasingPool, Lease } from './pool.js'
import { OpenTransaction, runEffects } from './transaction.js'

interface Orm {
  /** Outside transactions; its errors are those of `asDatabaseError`. */
  client: PrismaClient
  transaction: Database['ormTransaction']
}

/** Prisma's own limit must not be the first to strike: it would give the connection back while the work still uses it. */
const GRACE_MS = 1_000

/** Plain SQL takes the transaction's own connection instead of going through Prisma: the same values, the same errors, a third of the cost. */
export function createOrm (pool: LeasingPool, timeoutMs: number, log: (line: string) => void): Orm {
  const client = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' })
  const mapped = client.$extends({
    query: {
      async $allOperations ({ args, query }) {
        return await query(args).catch((error: unknown) => { throw asDatabaseError(error) })
      }
    }
  })
  return {
    client: mapped as unknown as PrismaClient,
    async transaction<T> (work: (tx: OrmTx) => Promise<T>, call: Call | null = null): Promise<T> {
      const lease: Lease = { client: undefined }
      const transaction = new OpenTransaction(async () => lease.client, call)
      const begin = async (): Promise<T> => await client.$transaction(
        async orm => await transaction.during(async () => {
          const parts = transaction.parts()
          const result = await work({ orm, ...parts })
          await parts.written()
          // Prisma does not look whether its COMMIT was one; after a failure that was hushed up this fails too.
          if (lease.client !== undefined) await parts.query('SELECT 1')
          return result
        }, timeoutMs),
        { timeout: timeoutMs + GRACE_MS, maxWait: pool.options.connectionTimeoutMillis! }
      )
      const result = await pool.lease(lease, begin).catch(async (error: unknown) => { throw asDatabaseError(await transaction.cause(error)) })
      await runEffects(transaction.effects, log)
      return result
    }
  }
}
