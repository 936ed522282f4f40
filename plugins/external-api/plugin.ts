// The integration itself: while it is off, everything under its prefix is 404 and webhook deliveries wait.
import { definePlugin, ref, type Kernel } from '#kernel'
import { EXTERNAL_PREFIX } from './public.js'
import { Meta, MetaOperation } from './schemas.js'

const MAX_PAGE_SIZE = 200

export default definePlugin({
  id: 'external-api',
  title: 'LogisticsWMS API & Webhooks',
  summary: 'Lets external systems read and change warehouse data by REST, and receive events by webhook.',
  category: 'Other Integrations',
  requires: [],
  on: false,
  prefix: EXTERNAL_PREFIX,
  operations: {
    'meta.get': {
      title: 'Read what this client may do',
      description: 'The operations that are switched on and granted to the calling client, so that an integration can configure itself.',
      access: 'client'
    }
  },
  errors: [{
    code: 'insufficient_scope', status: 403, message: 'This is about all warehouses, and this client is limited to some: an operator can lift that.'
  }],
  schemas: [MetaOperation, Meta],
  register (app, kernel) {
    app.get('/meta', { config: { operation: 'meta.get' }, schema: { response: { 200: ref(Meta) } } }, async request => {
      const { id, name, ownerId, warehouseIds, grants } = request.call.principal!
      return {
        client: { id, name, ownerId: ownerId ?? '', warehouseIds: [...warehouseIds ?? []] },
        operations: callable(kernel, grants ?? new Set()),
        serverTime: kernel.clock.now().toISOString(),
        maxPageSize: MAX_PAGE_SIZE,
        links: { openapi: `${kernel.publicUrl}/docs/json`, documentation: `${kernel.publicUrl}/docs` }
      }
    })
  }
})

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

function callable (kernel: Kernel, grants: ReadonlySet<string>): Array<{ id: string, title: string, method: Method, path: string }> {
  return [...kernel.catalogue.operations.values()]
    .filter(({ id, access }) => access === 'client' && grants.has(id) && kernel.switches.isOperationOn(id))
    .map(({ id, title, method, url }) => ({ id, title, method: method as Method, path: url.replace(/:(\w+)/g, '{$1}') }))
}
