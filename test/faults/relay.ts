// A relay between the service and its database, that can fall silent as a network does.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Teardown } from '../../src/test-kit/service.js'

export interface Relay {
  url: string
  /** Swallows what goes over the connections that are open; new ones work. */
  silence: () => void
}

/** Passes bytes on to the database of this URL. */
export async function relayTo (t: Teardown, databaseUrl: string): Promise<Relay> {
  const target = new URL(databaseUrl)
  const folder = target.searchParams.get('host')
  const pairs = new Set<readonly [Socket, Socket]>()
  const all = new Set<Socket>()
  const server = createServer(client => {
    const database = folder === null ? connect({ host: target.hostname, port: Number(target.port) }) : connect({ path: `${folder}/.s.PGSQL.5432` })
    const pair = [client, database] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [database, client] as const]) {
      all.add(from)
      from.on('error', () => {})
      from.on('data', (chunk: Buffer) => { if (pairs.has(pair)) to.write(chunk) })
      from.on('close', () => { all.delete(from); to.destroy() })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of all) socket.destroy()
  })
  const url = new URL(databaseUrl)
  url.searchParams.delete('host')
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return { url: url.href, silence: () => { pairs.clear() } }
}
