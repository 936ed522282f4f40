// What this plugin refuses, each with its stable code.
import { AppError, brokenRule } from '#kernel'

export const webhookNotFound = (id: string): AppError => new AppError(404, 'webhook.not_found', `There is no webhook ${id}.`)

export const deliveryNotFound = (id: string): AppError => new AppError(404, 'delivery.not_found', `There is no delivery ${id}.`)

export const eventNotFound = (id: string): AppError => new AppError(404, 'event.not_found', `There is no event ${id}.`)

export const eventUnknown = (at: number, accepted: readonly string[]): AppError => brokenRule('event.unknown', `/events/${at}`,
  accepted.length === 0 ? 'is not an event: no installed plugin has any' : `is not an event of the installed plugins; accepted: ${accepted.join(', ')}`)

export const ownerUnknown = (): AppError => brokenRule('owner.unknown', '/ownerId', 'is not the id of an owner')

export const warehouseUnknown = (at: number): AppError => brokenRule('warehouse.unknown', `/warehouseIds/${at}`, 'is not the id of a warehouse')

export const deliveryQueued = (): AppError => new AppError(409, 'delivery.queued',
  'This delivery is waiting or on its way already: it will be sent without this call.')

export const deliveryWithoutWebhook = (): AppError => new AppError(409, 'delivery.webhook_deleted', 'The webhook of this delivery was deleted.')

export const deliveryWithoutEvent = (): AppError => new AppError(409, 'delivery.event_expired',
  'The event of this delivery is older than what is kept, so it can\'t be sent again.')

export const credentialsNeeded = (): AppError => brokenRule('webhook.credentials_required', '/auth',
  'is needed with its username and password: the new URL has another origin, and stored credentials are never sent to a host that they were not given for')

export const ownerNeeded = (): AppError =>
  brokenRule(
    'webhook.owner_required',
    '/ownerId',
    'is required, for there are several owners: the id of the one whose goods its events are about, or null for all of them'
  )

/** `webhook.url_…`, by the reason that the outgoing client gives. */
export const urlRefused = ({ reason, message }: { reason: string, message: string }): AppError =>
  brokenRule(`webhook.url_${reason}`, '/url', `is refused: ${message}`)
