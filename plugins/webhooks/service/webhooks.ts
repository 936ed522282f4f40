// The rules of webhooks: where they may lead, what they may ask for, and that a password is never shown.
import { timestampOf, newId, type Kernel, type Page, type Principal, type Queryable, type Tx } from '#kernel'
import { PURPOSE } from '../engine/claim.js'
import { credentialsNeeded, eventUnknown, ownerNeeded, ownerUnknown, urlRefused, warehouseUnknown, webhookNotFound } from '../errors.js'
import type { WebhookDraft, WebhookFilters, WebhookHealthView, WebhookPatch, WebhookView } from '../schemas/webhooks.js'
import { endPause } from '../store/queue.js'
import * as store from '../store/webhooks.js'

const DAY_MS = 86_400_000
/** What waits beyond these goes when its own time comes. */
const MAX_RESUMED = 10_000

export interface Webhooks {
  /** In order of creation. @throws AppError 400 for a cursor of another list */
  list: (filters: WebhookFilters, principal: Principal | null) => Promise<Page<WebhookView>>
  /** Of webhooks that are not deleted and have had deliveries. */
  health: () => Promise<WebhookHealthView[]>
  /** @throws AppError 404 */
  read: (id: string) => Promise<store.WebhookRow>
  /**
   * What takes long or needs no lock, before the transaction: whether the URL may be called, and whether the events exist.
   * @returns the URL in its normalised form
   * @throws AppError 422
   */
  check: <D extends Pick<WebhookPatch, 'url' | 'events'>>(draft: D) => Promise<D>
  /** @throws AppError 422 */
  create: (tx: Tx, draft: WebhookDraft) => Promise<store.WebhookRow>
  /** @throws AppError 404 */
  lock: (tx: Tx, id: string) => Promise<store.WebhookRow>
  /**
   * A merge: what is left out stays. No difference, no new version.
   * @throws AppError 422
   */
  update: (tx: Tx, row: store.WebhookRow, patch: WebhookPatch) => Promise<store.WebhookRow>
  /** Ends a pause that the receiver asked for: what waits goes at once. */
  resume: (tx: Tx, row: store.WebhookRow) => Promise<store.WebhookRow>
  /** Its deliveries stay readable; those that wait are cancelled. */
  remove: (tx: Tx, row: store.WebhookRow) => Promise<void>
}

/** @param changed the state topic that the engines watch */
export function createWebhooks (kernel: Kernel, changed: string): Webhooks {
  const read = async (db: Queryable, id: string): Promise<store.WebhookRow> => found(await store.readWebhook(db, id), id)

  const credentials = async (tx: Tx, webhookId: string, username: string, password: string): Promise<void> => {
    const id = newId('crd')
    await store.replaceCredentials(tx, webhookId, { id, username, secret: kernel.secrets.encrypt(PURPOSE, password, id) }, kernel.clock.now())
  }

  return {
    list: async ({ limit, cursor, updatedSince }, principal) =>
      await kernel.page({
        scope: ['webhook.list', updatedSince],
        limit,
        cursor,
        read: async (after, limit) => await store.listWebhooks(kernel.db, after?.[0] ?? '', sinceOf(updatedSince), limit),
        positionOf: row => [row.id],
        toView: row => viewFor(row, principal)
      }),
    async health () {
      const since = new Date(kernel.clock.now().getTime() - DAY_MS)
      return (await store.readHealth(kernel.db, since)).map(({ oldestPendingAt, lastSuccessAt, ...row }) =>
        ({ ...row, oldestPendingAt: oldestPendingAt?.toISOString() ?? null, lastSuccessAt: lastSuccessAt?.toISOString() ?? null }))
    },
    read: async id => await read(kernel.db, id),
    async check (draft) {
      checkEvents(kernel, draft.events ?? [])
      return draft.url === undefined ? draft : { ...draft, url: await checkedUrl(kernel, draft.url) }
    },
    async create (tx, { auth, ...draft }) {
      const settings = { enabled: true, ordering: 'none' as const, excludeClientIds: [], ownerId: null, warehouseIds: [], personalData: false, ...draft }
      if (draft.ownerId === undefined && await store.hasSeveralOwners(tx)) throw ownerNeeded()
      await checkWhose(tx, settings)
      const id = newId('whk')
      await store.insertWebhook(tx, id, settings)
      await credentials(tx, id, auth.username, auth.password)
      await kernel.state.bump(tx, changed)
      return await read(tx, id)
    },
    lock: async (tx, id) => found(await store.lockWebhook(tx, id), id),
    async update (tx, row, { auth, ...patch }) {
      const settings = { ...settingsOf(row), ...patch }
      if (auth === undefined && JSON.stringify(settings) === JSON.stringify(settingsOf(row))) return row
      if (originOf(settings.url) !== originOf(row.url) && (auth?.username === undefined || auth.password === undefined)) throw credentialsNeeded()
      await checkWhose(tx, { ownerId: null, warehouseIds: [], ...patch })
      await store.updateWebhook(tx, row.id, settings)
      if (auth !== undefined) {
        await credentials(tx, row.id, auth.username ?? row.username, auth.password ?? kernel.secrets.decrypt(PURPOSE, row.secret, row.credentialId))
      }
      await kernel.state.bump(tx, changed)
      return await read(tx, row.id)
    },
    async resume (tx, row) {
      await endPause(tx, row.id, kernel.clock.now(), MAX_RESUMED)
      await kernel.state.bump(tx, changed)
      return await read(tx, row.id)
    },
    async remove (tx, row) {
      await store.deleteWebhook(tx, row.id, kernel.clock.now())
      await kernel.state.bump(tx, changed)
    }
  }
}

const sinceOf = (updatedSince: string | undefined): string | null => updatedSince === undefined ? null : timestampOf('updatedSince', updatedSince)

const originOf = (url: string): string => new URL(url).origin

/** Types of events that can be subscribed to. A test is sent to every webhook, and only by hand. */
function subscribable (kernel: Kernel): string[] {
  return [...kernel.catalogue.events.values()].filter(event => event.pluginId !== kernel.plugin.id).map(event => event.id).sort()
}

export function viewOf (row: store.WebhookRow): WebhookView {
  return {
    id: row.id,
    ...settingsOf(row),
    auth: { type: 'basic', username: row.username, hasPassword: true },
    pausedUntil: row.heldUntil?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString()
  }
}

/** As a viewer sees it: what stands behind the host of a URL may be a secret of the receiver. */
export function viewFor (row: store.WebhookRow, principal: Principal | null): WebhookView {
  const view = viewOf(row)
  return principal?.role === 'viewer' ? { ...view, url: originOnly(view.url) } : view
}

function originOnly (url: string): string {
  const { origin, pathname, search } = new URL(url)
  return pathname === '/' && search === '' ? url : `${origin}/…`
}

function settingsOf (row: store.WebhookRow): store.WebhookSettings {
  const { name, url, events, enabled, ordering, excludeClientIds, ownerId, warehouseIds, personalData } = row
  return { name, url, events, enabled, ordering, excludeClientIds, ownerId, warehouseIds, personalData }
}

function found (row: store.WebhookRow | undefined, id: string): store.WebhookRow {
  if (row === undefined) throw webhookNotFound(id)
  return row
}

function checkEvents (kernel: Kernel, events: readonly string[]): void {
  const accepted = subscribable(kernel)
  const at = events.findIndex(event => !accepted.includes(event))
  if (at !== -1) throw eventUnknown(at, accepted)
}

async function checkedUrl (kernel: Kernel, url: string): Promise<string> {
  const verdict = await kernel.http.checkTarget(url)
  if (!verdict.ok) throw urlRefused(verdict)
  return new URL(url).href
}

/** @throws AppError 422 */
async function checkWhose (tx: Tx, { ownerId, warehouseIds }: Pick<store.WebhookSettings, 'ownerId' | 'warehouseIds'>): Promise<void> {
  if (ownerId !== null && !await store.ownerExists(tx, ownerId)) throw ownerUnknown()
  const unknown = warehouseIds.length === 0 ? [] : await store.unknownWarehouses(tx, warehouseIds)
  if (unknown.length > 0) throw warehouseUnknown(warehouseIds.indexOf(unknown[0]!))
}
