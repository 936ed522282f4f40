// Rules of API clients: what an operator may do with them, and what each act means for live tokens.
import { newId, type Kernel, type OrmTx } from '#kernel'
import { badName, clientNotFound, lastSecret, secretNotFound, tooManySecrets, unknownOwner, unknownWarehouse } from './errors.js'
import { TOPIC } from './live.js'
import type { Scopes } from './scopes.js'
import { hmacOf, newClientId, newSecret, PEPPER_ID } from './secret.js'
import { unknownWarehouses, type ClientRow, type ClientStore, type SecretRow } from './store.js'

const DEFAULT_OWNER = 'own_00000000000000000000000000'
const MAX_LIVE_SECRETS = 2

interface Limits { scopes?: string[] | undefined, warehouseIds?: string[] | undefined }
interface Creation extends Limits { name: string, description?: string | null | undefined, ownerId?: string | undefined }
export interface Change extends Limits { name?: string | undefined, description?: string | null | undefined, enabled?: boolean | undefined }
interface Regeneration { graceSeconds: number, force: boolean, by: string }
export type Check = (version: number) => void

export interface ClientAdministration {
  get: (id: string) => Promise<ClientRow>
  page: ClientStore['page']
  create: (tx: OrmTx, creation: Creation, by: string) => Promise<{ client: ClientRow, secret: string }>
  update: (tx: OrmTx, id: string, change: Change, check: Check) => Promise<{ before: ClientRow, after: ClientRow }>
  /** `graceSeconds` 0 ends the secrets before, and the tokens that they minted, at once. */
  regenerate: (tx: OrmTx, id: string, options: Regeneration, check: Check) => Promise<{ client: ClientRow, secret: string }>
  revokeSecret: (tx: OrmTx, id: string, secretId: string, check: Check) => Promise<ClientRow>
  remove: (tx: OrmTx, id: string, check: Check) => Promise<ClientRow>
}

interface Parts { kernel: Kernel, store: ClientStore, scopes: Scopes, pepper: Buffer }

export function createClientAdministration (kernel: Kernel, store: ClientStore, scopes: Scopes): ClientAdministration {
  const parts = { kernel, store, scopes, pepper: kernel.secrets.derive('client-secret-pepper') }
  return {
    page: store.page,
    async get (id) {
      const client = await store.find(id)
      if (client === null) throw clientNotFound()
      return client
    },
    ...clientActs(parts),
    ...secretActs(parts)
  }
}

function clientActs (parts: Parts): Pick<ClientAdministration, 'create' | 'update' | 'remove'> {
  const { kernel, store, scopes } = parts
  return {
    async create (tx, { name, description = null, scopes: wanted, ownerId = DEFAULT_OWNER, warehouseIds = [] }, by) {
      if (!await store.ownerExists(tx, ownerId)) throw unknownOwner()
      await checkWarehouses(tx, warehouseIds)
      const id = newId('cli')
      const granted = wanted === undefined ? scopes.all() : scopes.check(wanted)
      await store.insert(tx, {
        id, clientId: newClientId(), name: cleanName(name), description, ownerId, warehouseIds, enabled: true, scopes: granted, createdBy: by
      })
      const secret = await addSecret(parts, tx, id, by)
      return { client: await changed(parts, tx, id), secret }
    },
    async update (tx, id, { name, description, enabled, scopes: wanted, warehouseIds }, check) {
      const before = await locked(parts, tx, id, check)
      await checkWarehouses(tx, warehouseIds ?? [])
      const change = {
        ...(name === undefined ? {} : { name: cleanName(name) }),
        ...(description === undefined ? {} : { description }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(wanted === undefined ? {} : { scopes: scopes.check(wanted) }),
        ...(warehouseIds === undefined ? {} : { warehouseIds })
      }
      // A token that leaked before it was disabled must not come back when it is enabled again.
      await store.update(tx, before.id, change, before.enabled && enabled === false)
      return { before, after: await changed(parts, tx, before.id) }
    },
    async remove (tx, id, check) {
      const client = await locked(parts, tx, id, check)
      await store.remove(tx, client.id)
      await kernel.state.bump(tx, TOPIC)
      return client
    }
  }
}

function secretActs (parts: Parts): Pick<ClientAdministration, 'regenerate' | 'revokeSecret'> {
  const { kernel, store } = parts
  const isLive = ({ expiresAt }: SecretRow): boolean => expiresAt === null || expiresAt > kernel.clock.now()
  return {
    async regenerate (tx, id, { graceSeconds, force, by }, check) {
      const client = await locked(parts, tx, id, check)
      const live = client.secrets.filter(isLive)
      if (graceSeconds > 0 && live.length >= MAX_LIVE_SECRETS && !force) throw tooManySecrets()
      // Newest first: with a grace only the newest live one stays beside the new one.
      const staying = graceSeconds === 0 ? [] : live.slice(0, MAX_LIVE_SECRETS - 1)
      await store.removeSecrets(tx, client.secrets.filter(secret => !staying.includes(secret)).map(secret => secret.id))
      if (graceSeconds > 0) await store.expireSecrets(tx, client.id, new Date(kernel.clock.now().getTime() + graceSeconds * 1000))
      const secret = await addSecret(parts, tx, client.id, by)
      await store.update(tx, client.id, {}, false)
      return { client: await changed(parts, tx, client.id), secret }
    },
    async revokeSecret (tx, id, secretId, check) {
      const client = await locked(parts, tx, id, check)
      if (!client.secrets.some(secret => secret.id === secretId)) throw secretNotFound()
      if (client.secrets.filter(isLive).every(secret => secret.id === secretId)) throw lastSecret()
      await store.removeSecrets(tx, [secretId])
      await store.update(tx, client.id, {}, false)
      return await changed(parts, tx, client.id)
    }
  }
}

/** @throws AppError 422 `warehouse.unknown` */
async function checkWarehouses (tx: OrmTx, ids: string[]): Promise<void> {
  const unknown = ids.length === 0 ? [] : await unknownWarehouses(tx, ids)
  if (unknown.length > 0) throw unknownWarehouse(ids.indexOf(unknown[0]!))
}

async function locked ({ store }: Parts, tx: OrmTx, id: string, check: Check): Promise<ClientRow> {
  const client = await store.lock(tx, id)
  if (client === null) throw clientNotFound()
  check(client.version)
  return client
}

/** Every process learns of the change; this one before its answer. */
async function changed ({ kernel, store }: Parts, tx: OrmTx, id: string): Promise<ClientRow> {
  await kernel.state.bump(tx, TOPIC)
  return (await store.lock(tx, id))!
}

async function addSecret ({ store, pepper }: Parts, tx: OrmTx, id: string, createdBy: string): Promise<string> {
  const secret = newSecret()
  await store.addSecret(tx, id, { id: newId('sec'), hmac: hmacOf(pepper, secret), pepperId: PEPPER_ID, last4: secret.slice(-4), createdBy })
  return secret
}

function cleanName (text: string): string {
  const name = text.normalize('NFC').trim()
  if (name === '' || /[\p{Cc}\u2028\u2029]/u.test(name)) throw badName()
  return name
}
