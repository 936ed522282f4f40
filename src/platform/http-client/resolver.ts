import { lookup } from 'node:dns/promises'

/** Gives all addresses of a name, in the order to try them. Rejects, or gives none, when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** The name has no address, or DNS did not answer in time. `message` holds the name and the system's code only. */
export class ResolveError extends Error {
  override readonly name = 'ResolveError'
}

/**
 * Asks the operating system, so that its hosts file and search order count. It tells no lifetime, hence nothing is cached.
 * @param hostname an ASCII host name
 */
export async function systemResolve (hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true })
  return found.map(entry => entry.address)
}

/**
 * Puts a time limit on a resolver, and lets calls for one name share the question that is under way: many connections
 * to a receiver whose DNS hangs hold one thread, not all of them.
 * @param resolve the resolver to ask
 * @param timeoutMs how long one question may take, in milliseconds
 * @returns a resolver that rejects with {@link ResolveError} only
 */
export function boundedResolver (resolve: Resolve, timeoutMs: number): Resolve {
  const pending = new Map<string, Promise<readonly string[]>>()
  async function ask (hostname: string): Promise<readonly string[]> {
    try {
      return await resolve(hostname)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
      throw new ResolveError(`DNS lookup of ${hostname}: ${code}`)
    } finally {
      pending.delete(hostname)
    }
  }
  return async function bounded (hostname) {
    let question = pending.get(hostname)
    if (question === undefined) {
      question = ask(hostname)
      pending.set(hostname, question)
    }
    const found = await within(question, timeoutMs, () => new ResolveError(`DNS lookup of ${hostname} took longer than ${timeoutMs} ms`))
    if (found.length === 0) throw new ResolveError(`DNS lookup of ${hostname}: no address`)
    return found
  }
}

async function within<T> (promise: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
