// `POST /webhooks/{id}/test`: one call to the receiver, now.
import { IdParams, ref, type App, type Kernel } from '#kernel'
import { WebhookTestResult } from '../schemas/tests.js'
import type { WebhookTests } from '../service/tests.js'
import type { Webhooks } from '../service/webhooks.js'

export function testRoutes (app: App, kernel: Kernel, webhooks: Webhooks, tests: WebhookTests): void {
  app.post('/webhooks/:id/test', {
    config: { operation: 'webhook.test' },
    schema: { params: IdParams, response: { 200: ref(WebhookTestResult) } }
  }, async (request, reply) => {
    const { requestId, correlationId, principal, entities } = request.call
    const webhook = await webhooks.read(request.params.id)
    const result = await tests.send(webhook, { requestId, correlationId, principal: principal! })
    return await kernel.write(request, reply, async tx => {
      entities.push({ type: 'webhook', id: webhook.id })
      return { body: tests.record(tx, result) }
    })
  })
}
