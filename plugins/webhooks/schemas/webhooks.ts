// Webhooks as operators see and change them; a password is in none of the answers.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, strictObject, type Static } from '#kernel'

const name = Type.String({
  minLength: 1, maxLength: 200, pattern: '\\S', errorMessage: 'must have a character that is not a space', examples: ['ERP orders']
})
const url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'Where events are sent: https at a public address; what WEBHOOK_ALLOW_CIDRS lists may be private and plain http.',
  examples: ['https://erp.example.com/hooks/wms']
})
const events = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1, maxItems: 200, uniqueItems: true, description: 'Types of the events that it receives.', examples: [['product.created', 'product.updated']]
})
const enabled = Type.Boolean({ description: 'While it is off its deliveries wait; none is lost.' })
const ordering = oneOf(['none', 'subject'], {
  description: '`subject`: the events of one object are sent in their order, each after the one before it has ended.', examples: ['none']
})
const excludeClientIds = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 50,
  uniqueItems: true,
  description: 'Events caused by these API clients are not sent here, so that a system does not receive its own changes.',
  examples: [['cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD']]
})
const ownerId = nullable(Type.String({ minLength: 1, maxLength: 100 }), {
  description: 'Only events of this owner; null: of all.', examples: ['own_00000000000000000000000000']
})
const warehouseIds = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 100,
  uniqueItems: true,
  description: 'Only events of these warehouses, and of none in particular (products, batches, partners); empty: of all. Events that tell of several ' +
    'warehouses at once, such as `batch.status_changed`, are then left out.',
  examples: [[]]
})

const personalData = Type.Boolean({ description: 'It gets customers and addresses also while General Settings hide them.', examples: [false] })

// RFC 7617, section 2: no control characters, and the first colon ends the user-id.
const username = Type.String({
  minLength: 1, maxLength: 255, pattern: '^[^:\\x00-\\x1f\\x7f]+$', errorMessage: 'must have no colon and no control character', examples: ['wms']
})
const password = Type.String({
  minLength: 1,
  maxLength: 1024,
  pattern: '^[^\\x00-\\x1f\\x7f]+$',
  errorMessage: 'must have no control character',
  description: 'Never shown again.',
  examples: ['correct horse battery staple']
})
const basic = oneOf(['basic'], { description: 'HTTP Basic (RFC 7617) in UTF-8.', examples: ['basic'] })

export const Webhook = Type.Object({
  id: Type.String({ examples: ['whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  name: Type.String({ examples: ['ERP orders'] }),
  url: Type.String({ description: 'In its normalised form.', examples: ['https://erp.example.com/hooks/wms'] }),
  events: Type.Array(Type.String(), { examples: [['product.created', 'product.updated']] }),
  auth: Type.Object({
    type: basic,
    username: Type.String({ examples: ['wms'] }),
    hasPassword: Type.Boolean({ description: 'There is one; it is never shown.', examples: [true] })
  }, { additionalProperties: false }),
  enabled,
  ordering,
  excludeClientIds: Type.Array(Type.String()),
  ownerId,
  warehouseIds: Type.Array(Type.String(), { description: 'Only events of these warehouses; empty: of all.', examples: [[]] }),
  personalData,
  pausedUntil: nullable(Timestamp(), { description: 'The receiver asked for a pause (`Retry-After` with 429 or 503), at most until then.' }),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp()
}, { $id: 'Webhook', additionalProperties: false })
export type WebhookView = Static<typeof Webhook>

/** How deliveries of the last 24 hours went. */
export const WebhookHealth = strictObject({
  data: Type.Array(strictObject({
    webhookId: Type.String({ examples: ['whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
    succeeded: Type.Integer({ description: 'Delivered in the last 24 hours.', examples: [120] }),
    dead: Type.Integer({ description: 'Given up in the last 24 hours.', examples: [0] }),
    pending: Type.Integer({ description: 'That wait now, whatever their age.', examples: [3] }),
    oldestPendingAt: nullable(Timestamp(), { description: 'Since when the oldest waits.' }),
    lastSuccessAt: nullable(Timestamp(), { description: 'In the last 24 hours.' })
  }))
}, { $id: 'WebhookHealth' })
export type WebhookHealthView = Static<typeof WebhookHealth>['data'][number]

export const WebhookPage = pageOf(Webhook, 'WebhookPage')

/** The `data` of `webhook.test`. */
export const WebhookTest = Type.Object({
  webhookId: Type.String({ examples: ['whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  name: Type.String({ examples: ['ERP orders'] }),
  message: Type.String({ examples: ['This is a test. Nothing has changed.'] })
}, { $id: 'WebhookTest', additionalProperties: false })

export const CreateWebhook = strictObject({
  name,
  url,
  events,
  auth: strictObject({ type: basic, username, password }),
  enabled: Type.Optional(enabled),
  ordering: Type.Optional(ordering),
  excludeClientIds: Type.Optional(excludeClientIds),
  ownerId: Type.Optional(ownerId),
  warehouseIds: Type.Optional(warehouseIds),
  personalData: Type.Optional(personalData)
})
export type WebhookDraft = Static<typeof CreateWebhook>

export const UpdateWebhook = strictObject({
  name: Type.Optional(name),
  url: Type.Optional(url),
  events: Type.Optional(events),
  auth: Type.Optional(strictObject({
    type: Type.Optional(basic), username: Type.Optional(username), password: Type.Optional(password)
  }, { minProperties: 1, description: 'What is left out stays as it is.' })),
  enabled: Type.Optional(enabled),
  ordering: Type.Optional(ordering),
  excludeClientIds: Type.Optional(excludeClientIds),
  ownerId: Type.Optional(ownerId),
  warehouseIds: Type.Optional(warehouseIds),
  personalData: Type.Optional(personalData)
}, { minProperties: 1 })
export type WebhookPatch = Static<typeof UpdateWebhook>

export const ListWebhooks = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only webhooks changed at or after this timestamp.' }))
})

export type WebhookFilters = Static<typeof ListWebhooks>
