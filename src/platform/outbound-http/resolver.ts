// DNS with bounded time.
import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Gives all addresses of a name, in the order to try them. Rejects, or gives none, when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** The name has no address, or DNS did not answer in time. `message` holds the name and the system's code only. */
export class ResolveError extends Error {
  override readonly name = 'ResolveError'
}

/**
 * Asks the hosts file, then the name servers of the machine directly: the operating system's own call (getaddrinfo) can't be given up and takes one of
 * the few threads of the process for as long as DNS hangs, so that three such names would fail all others. Nothing is cached but the two files.
 * @param hostname an ASCII host name
 * @param servers name servers, such as `127.0.0.1:5353`; those of the machine by default
 */
export async function systemResolve (hostname: string, servers?: readonly string[]): Promise<string[]> {
  const name = hostname.replace(/\.$/, '').toLowerCase()
  const listed = (await hostsFile()).get(name)
  if (listed !== undefined) return listed
  if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1']
  let failure: unknown
  for (const candidate of candidatesOf(name, hostname.endsWith('.'), await resolverFile())) {
    try {
      return await askServers(candidate, servers)
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

const TRY_MS = 900
const ATTEMPTS = 2
const FILE_MS = 5_000

/** Both families at once. Each question has a resolver of its own: one that hangs holds up no other. */
async function askServers (name: string, servers?: readonly string[]): Promise<string[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: ATTEMPTS })
  if (servers !== undefined) resolver.setServers(servers)
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const found = [four, six].flatMap(answer => answer.status === 'fulfilled' ? answer.value : [])
  if (found.length > 0) return found
  throw four.status === 'rejected' ? four.reason : new Error('no address')
}

/** The search list of resolv.conf(5): short names in the domains of the machine, as clusters write them. */
function candidatesOf (name: string, isAbsolute: boolean, { search, ndots }: ResolverFile): string[] {
  if (isAbsolute || search.length === 0) return [name]
  const within = search.map(domain => `${name}.${domain}`)
  return name.split('.').length - 1 >= ndots ? [name, ...within] : [...within, name]
}

interface ResolverFile { search: string[], ndots: number }

/** Read again after five seconds. */
function cachedFile<T> (path: string, parse: (lines: string[][]) => T): () => Promise<T> {
  let known: { value: Promise<T>, readAt: number } | null = null
  return async () => {
    if (known === null || performance.now() - known.readAt > FILE_MS) {
      const value = readFile(path, 'utf8').catch(() => '').then(text =>
        parse(text.split('\n').map(line => line.replace(/[#;].*/, '').trim().split(/\s+/)).filter(([first]) => first !== ''))
      )
      known = { value, readAt: performance.now() }
    }
    return await known.value
  }
}

const hostsFile = cachedFile(process.platform === 'win32' ? 'C:/Windows/System32/drivers/etc/hosts' : '/etc/hosts', lines => {
  const addresses = new Map<string, string[]>()
  for (const [address = '', ...names] of lines) {
    if (isIP(address) === 0) continue
    for (const name of names) addresses.set(name.toLowerCase(), [...addresses.get(name.toLowerCase()) ?? [], address])
  }
  return addresses
})

const resolverFile = cachedFile('/etc/resolv.conf', (lines): ResolverFile => ({
  search: lines.findLast(([key]) => key === 'search' || key === 'domain')?.slice(1).filter(domain => domain !== '.') ?? [],
  ndots: Number(/^ndots:(\d+)$/m.exec(lines.filter(([key]) => key === 'options').flat().join('\n'))?.[1] ?? 1)
}))

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
