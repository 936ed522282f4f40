// Reference data: the lists of codes that other systems map to their own.
import { definePlugin, withErrors } from '#kernel'
import { EXTERNAL_PREFIX } from '../external-api/public.js'
import { errors, errorsOf } from './error-codes.js'
import { referenceReadRoute } from './routes.js'
import { CreateReferenceEntry, ReferenceEntry, ReferencePage, UpdateReferenceEntry } from './schemas.js'
import { createReference } from './service.js'

export default definePlugin({
  id: 'reference',
  title: 'Reference data',
  summary: 'Lists of codes that other systems map to their own: reasons, carriers, services, units, statuses, shipping processes.',
  category: 'Other Integrations',
  requires: ['external-api'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'reference.list': {
      title: 'List codes',
      access: 'client',
      description:
        'Of a list, by code, archived ones too: `reasons` of adjustments, `carriers` and their `services`, `units`, `statuses` of orders, shipments, stock, ' +
          'batches and products (as `order.open`), and `shipping-processes`. Operators maintain them.'
    }
  }),
  errors,
  schemas: [ReferenceEntry, ReferencePage, CreateReferenceEntry, UpdateReferenceEntry],
  register (app, kernel) {
    const reference = createReference(kernel)
    kernel.services.provide(reference)
    referenceReadRoute(app, reference, 'reference.list')
  }
})
