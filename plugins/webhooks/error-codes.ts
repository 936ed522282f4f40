// Codes of the errors that this plugin throws; test/rules/errors.test.ts compares them with what its sources throw.
import type { ErrorManifest } from '#kernel'

export const errors: readonly ErrorManifest[] = [
  { code: 'delivery.event_expired', status: 409, message: 'The event of this delivery is older than what is kept, so it can\'t be sent again.' },
  { code: 'delivery.not_found', status: 404, message: 'There is no delivery ….' },
  { code: 'delivery.queued', status: 409, message: 'This delivery is waiting or on its way already: it will be sent without this call.' },
  { code: 'delivery.webhook_deleted', status: 409, message: 'The webhook of this delivery was deleted.' },
  { code: 'event.not_found', status: 404, message: 'There is no event ….' },
  { code: 'event.unknown', status: 422, message: 'is not an event of the installed plugins; accepted: …' },
  { code: 'owner.unknown', status: 422, message: 'is not the id of an owner' },
  { code: 'subject.not_found', status: 404, message: 'There is no object with this name.' },
  { code: 'warehouse.unknown', status: 422, message: 'is not the id of a warehouse' },
  {
    code: 'webhook.credentials_required',
    status: 422,
    message:
      'is needed with its username and password: the new URL has another origin, and stored credentials are never sent to a host that they were not given for'
  },
  { code: 'webhook.not_found', status: 404, message: 'There is no webhook ….' },
  {
    code: 'webhook.owner_required',
    status: 422,
    message: 'is required, for there are several owners: the id of the one whose goods its events are about, or null for all of them'
  },
  { code: 'webhook.url_address_refused', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_fragment', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_invalid', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_own', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_plain_http', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_port', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_scheme', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_too_long', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_unresolvable', status: 422, message: 'is refused: …' },
  { code: 'webhook.url_userinfo', status: 422, message: 'is refused: …' }
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'delivery.get': ['delivery.not_found'],
  'delivery.list': ['subject.not_found'],
  'delivery.redeliver': ['delivery.event_expired', 'delivery.not_found', 'delivery.queued', 'delivery.webhook_deleted'],
  'event.get': ['event.not_found'],
  'event.list': ['subject.not_found'],
  'event.types': [],
  'webhook.create': [
    'event.unknown', 'owner.unknown', 'warehouse.unknown', 'webhook.owner_required', 'webhook.url_address_refused', 'webhook.url_fragment',
    'webhook.url_invalid', 'webhook.url_own', 'webhook.url_plain_http', 'webhook.url_port', 'webhook.url_scheme', 'webhook.url_too_long',
    'webhook.url_unresolvable', 'webhook.url_userinfo'
  ],
  'webhook.delete': ['webhook.not_found'],
  'webhook.get': ['webhook.not_found'],
  'webhook.health': [],
  'webhook.list': [],
  'webhook.resume': ['webhook.not_found'],
  'webhook.test': ['webhook.not_found'],
  'webhook.update': [
    'event.unknown', 'owner.unknown', 'warehouse.unknown', 'webhook.credentials_required', 'webhook.not_found', 'webhook.url_address_refused',
    'webhook.url_fragment', 'webhook.url_invalid', 'webhook.url_own', 'webhook.url_plain_http', 'webhook.url_port', 'webhook.url_scheme',
    'webhook.url_too_long', 'webhook.url_unresolvable', 'webhook.url_userinfo'
  ]
}
