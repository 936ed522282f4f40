// Labels for parcels that come back. Everything that a plugin can have, once.
import { fileURLToPath } from 'node:url'
import { definePlugin, Type } from 'logistics-wms-api-webhooks/plugin'
import { configuration } from './configuration.js'
import { labelRoutes, pageRoute } from './routes.js'
import { ReturnLabel, ReturnLabelPage } from './schemas.js'

export default definePlugin({
  id: 'return-labels',
  title: 'Return labels',
  summary: 'Gives shops the labels for parcels that their customers send back.',
  category: 'Other Integrations',
  requires: ['external-api'],
  configuration,
  migrations: fileURLToPath(new URL('../../migrations', import.meta.url)),
  errors: [
    { code: 'returnLabel.not_found', status: 404, message: 'There is no return label ….' },
    { code: 'returnLabel.reason_missing', status: 422, message: 'must say why the goods come back' }
  ],
  operations: {
    'returnLabel.create': {
      title: 'Create a return label',
      description: 'For an order, by the reference of the shop.',
      access: 'client',
      settings: Type.Object({
        prefix: Type.String({
          title: 'Start of numbers',
          description: 'What the numbers of new labels begin with.',
          default: 'RET',
          pattern: '^[A-Z]{1,6}$',
          errorMessage: 'must be 1 to 6 capital letters'
        }),
        reasonRequired: Type.Boolean({ title: 'Reason required', description: 'Refuses labels that do not say why the goods come back.', default: false })
      }, { additionalProperties: false }),
      emits: ['returnLabel.created'],
      errors: ['returnLabel.reason_missing']
    },
    'returnLabel.list': { title: 'List return labels', description: 'Those changed longest ago first.', access: 'client', errors: [] },
    'returnLabel.get': { title: 'Read a return label', access: 'client', errors: ['returnLabel.not_found'] }
  },
  events: {
    'returnLabel.created': { title: 'A return label was created', data: ReturnLabel, kind: 'fact' }
  },
  schemas: [ReturnLabel, ReturnLabelPage],
  // Who may use it: never in the audit.
  secretFields: ['qrCode'],
  console: { label: 'Return labels', order: 60, href: '/return-labels' },
  register (app, kernel) {
    labelRoutes(app, kernel)
    pageRoute(app, kernel)
  }
})
