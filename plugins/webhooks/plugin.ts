// Webhooks: send the events of the warehouse to other systems.
import { definePlugin, operatorPrefix, withErrors, type Kernel, type OperationManifest, type Role } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { DELETED, DELIVERIES, startDeliveries, TOPIC } from './engine/workers.js'
import { deliveryRoutes } from './routes/deliveries.js'
import { eventRoutes } from './routes/events.js'
import { testRoutes } from './routes/tests.js'
import { webhookRoutes } from './routes/webhooks.js'
import { Attempt, Delivery, DeliveryPage, DeliveryWithAttempts } from './schemas/deliveries.js'
import { EventKinds, LoggedEvent, LoggedEventFull, LoggedEventPage } from './schemas/events.js'
import { WebhookTestResult } from './schemas/tests.js'
import { Webhook, WebhookHealth, WebhookPage, WebhookTest } from './schemas/webhooks.js'
import { createDeliveries } from './service/deliveries.js'
import { createEventLog } from './service/events.js'
import { createTests } from './service/tests.js'
import { createWebhooks } from './service/webhooks.js'

const operation = (role: Role, title: string, description: string): OperationManifest => ({ title, description, access: 'operator', role })

export default definePlugin({
  id: 'webhooks',
  title: 'Webhooks',
  summary: 'Calls the URLs that are configured for an event, until each has answered with success.',
  category: 'Other Integrations',
  requires: [],
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'webhook.list': operation('viewer', 'List webhooks', 'In order of creation.'),
    'webhook.create': operation('operator', 'Create a webhook',
      'It receives the events that occur from now on. The URL must be https and lead to public addresses, except for what WEBHOOK_ALLOW_CIDRS lists.'),
    'webhook.health': operation('viewer', 'See how deliveries are going', 'Per webhook, of the last 24 hours, and what waits now.'),
    'webhook.get': operation('viewer', 'Read a webhook', 'With its ETag. The password is never shown.'),
    'webhook.update': operation(
      'operator',
      'Change a webhook',
      'A merge: what is left out stays; a URL of another origin needs the credentials again. It takes effect on the next call, also of deliveries that ' +
        'wait. Off: they wait until it is on again.'
    ),
    'webhook.delete': operation('operator', 'Delete a webhook', 'Deliveries that wait for it are cancelled; those that ended stay readable.'),
    'webhook.resume': operation(
      'operator',
      'End a pause',
      'A receiver that answers 429 or 503 with `Retry-After` is not called until then. This ends the pause: what waits, retries too, goes at once (of ' +
        'very many the first 10,000).'
    ),
    'webhook.test': operation(
      'operator',
      'Test a webhook',
      'Sends `webhook.test` once, now, and answers with the whole exchange; also while the webhook is off. It is in the audit and is no delivery.'
    ),
    'delivery.list': operation('viewer', 'List deliveries', 'Newest first, by any combination of filters.'),
    'delivery.get': operation('viewer', 'Read a delivery', 'With its attempts.'),
    'delivery.redeliver': operation('operator', 'Send a delivery again',
      'For one that has ended: the same event under the same `webhook-id`. If it fails, the whole schedule follows.'),
    'event.list': operation('viewer', 'List events', 'Newest first, whether a webhook received them or not.'),
    'event.types': operation('viewer', 'List the kinds of events', 'With an example of each.'),
    'event.get': operation('viewer', 'Read an event', 'With the envelope that receivers get.')
  }),
  events: {
    'webhook.test': { title: 'A test that an operator sent', description: 'Has no place in the log: its `sequence` is 0.', data: WebhookTest, kind: 'fact' }
  },
  errors,
  schemas: [
    Webhook, WebhookPage, WebhookHealth, WebhookTest, WebhookTestResult, Attempt, Delivery, DeliveryPage, DeliveryWithAttempts, LoggedEvent,
    LoggedEventPage, LoggedEventFull, EventKinds
  ],
  console: { label: 'Webhooks', order: 20 },
  async register (app, kernel) {
    const isHeld = holding(kernel)
    const webhooks = createWebhooks(kernel, TOPIC)
    webhookRoutes(app, kernel, webhooks, { deleted: DELETED, resumed: DELIVERIES })
    testRoutes(app, kernel, webhooks, createTests(kernel))
    deliveryRoutes(app, kernel, createDeliveries(kernel, isHeld), DELIVERIES)
    eventRoutes(app, kernel, createEventLog(kernel))
    await startDeliveries(kernel, isHeld)
  }
})

/** While the integration as a whole is switched off nothing is sent; without that plugin only this one's own switch counts. */
const INTEGRATION = 'external-api'

function holding (kernel: Kernel): () => boolean {
  const isInstalled = kernel.catalogue.plugin(INTEGRATION) !== undefined
  return () => !kernel.plugin.isOn() || (isInstalled && !kernel.switches.isPluginOn(INTEGRATION))
}
