// The state of all clients in memory, current in every process within a second; a call is checked against it.
import { timingSafeEqual } from 'node:crypto'
import type { Kernel } from '#kernel'
import type { ClientsService, LiveClient } from './public.js'
import { hmacOf, looksLikeSecret } from './secret.js'
import type { Scopes } from './scopes.js'
import type { ClientRow, ClientStore, Use } from './store.js'

export const TOPIC = 'clients'
const FLUSH_MS = 5_000

export async function createLiveClients (kernel: Kernel, store: ClientStore, scopes: Scopes): Promise<ClientsService> {
  const pepper = kernel.secrets.derive('client-secret-pepper')
  let clients = new Map<string, LiveClient>()
  let uses = new Map<string, Use>()
  await kernel.state.watch(TOPIC, async () => {
    clients = new Map((await store.all()).map(row => [row.id, toLive(row)]))
  })
  const isSecretLive: ClientsService['isSecretLive'] = (client, secretId) => {
    const secret = client.secrets.get(secretId)
    return secret !== undefined && (secret.expiresAt === null || secret.expiresAt > kernel.clock.now())
  }
  kernel.background.worker({
    name: 'last-used',
    everyMs: FLUSH_MS,
    run: async () => { await flush(); return false },
    close: async () => { await flush() }
  })
  const flush = async (): Promise<void> => {
    const due = [...uses.values()]
    uses = new Map()
    if (due.length > 0) await store.noteUses(due)
  }
  return {
    isSecretLive,
    expandScopes: scopes.expand,
    noteUse (id, secretId, ip) { uses.set(id, { id, secretId, ip, at: kernel.clock.now() }) },
    live: async id => {
      if (kernel.state.isFresh()) return clients.get(id) ?? null
      const row = await store.find(id)
      return row === null ? null : toLive(row)
    },
    async verify (clientId, secret) {
      const row = await store.findByClientId(clientId)
      const client = row === null ? null : toLive(row)
      // One path for all: an unknown id and a malformed secret cost a comparison as well.
      const given = Buffer.from(hmacOf(pepper, secret), 'hex')
      const candidates = row?.secrets ?? []
      const match = candidates.find(candidate => timingSafeEqual(Buffer.from(candidate.hmac, 'hex'), given))
      if (candidates.length === 0) timingSafeEqual(given, given)
      if (client === null || match === undefined || !looksLikeSecret(secret) || !isSecretLive(client, match.id)) return { ok: false, reason: 'invalid', client }
      if (!client.enabled) return { ok: false, reason: 'disabled', client }
      return { ok: true, client, secretId: match.id, secretLast4: match.last4 }
    }
  }
}

function toLive ({ id, clientId, name, ownerId, warehouseIds, enabled, tokenVersion, scopes, secrets }: ClientRow): LiveClient {
  return {
    id,
    clientId,
    name,
    ownerId,
    warehouseIds: warehouseIds.length === 0 ? null : warehouseIds,
    enabled,
    tokenVersion,
    scopes: new Set(scopes),
    secrets: new Map(secrets.map(secret => [secret.id, { last4: secret.last4, expiresAt: secret.expiresAt }]))
  }
}
