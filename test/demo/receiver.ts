// A receiver of webhooks that keeps its own ledger of everything that arrives.
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface LedgerEntry { id: string, type: string, subjectId: string, count: number }

export interface Ledger {
  url: string
  /** By event id; `count` is how often it came. */
  entries: ReadonlyMap<string, LedgerEntry>
  /** All calls with the right credentials. */
  calls: () => number
  /** Calls with wrong credentials, a wrong method or an unreadable body. */
  refused: () => number
  close: () => Promise<void>
}

export async function startReceiver (username: string, password: string): Promise<Ledger> {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const entries = new Map<string, LedgerEntry>()
  let calls = 0
  let refused = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method !== 'POST' || request.headers.authorization !== expected) {
        refused++
        response.writeHead(401).end()
        return
      }
      calls++
      const event = JSON.parse(Buffer.concat(chunks).toString()) as { id: string, type: string, subject: { id: string } }
      const entry = entries.get(event.id) ?? { id: event.id, type: event.type, subjectId: event.subject.id, count: 0 }
      entry.count++
      entries.set(event.id, entry)
      response.writeHead(204).end()
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    entries,
    calls: () => calls,
    refused: () => refused,
    async close () { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
}
