import { checkIfMatch, etag, IdParams, ref, type App, type Kernel } from '#kernel'
import type { OperationsService } from './service.js'
import { OperationChange, OperationChanges, OperationList, OperationView, PluginChange, PluginList, PluginView } from './schemas.js'

export function pluginRoutes (app: App, kernel: Kernel, service: OperationsService): void {
  app.get('/plugins', { config: { operation: 'plugin.list' }, schema: { response: { 200: ref(PluginList) } } }, async () => ({ data: service.plugins() }))

  app.get('/plugins/:id', {
    config: { operation: 'plugin.get', examples: { params: { id: 'external-api' } } }, schema: { params: IdParams, response: { 200: ref(PluginView) } }
  }, async (request, reply) => {
    const plugin = service.plugin(request.params.id)
    return await reply.header('etag', etag(plugin.version)).send(plugin)
  })

  app.patch('/plugins/:id', {
    config: { operation: 'plugin.update', examples: { params: { id: 'external-api' }, body: { enabled: true } } },
    schema: { params: IdParams, body: ref(PluginChange), response: { 200: ref(PluginView) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { id } = request.params
      request.call.entities.push({ type: 'plugin', id })
      const { before, after } = await service.switchPlugin(tx, id, { enabled: request.body.enabled, by: request.call.principal!.id }, version => {
        checkIfMatch(request, version)
      })
      request.call.changes = { before: { enabled: before.enabled }, after: { enabled: after.enabled } }
      return { body: after, headers: { etag: etag(after.version) } }
    }))
}

export function operationRoutes (app: App, kernel: Kernel, service: OperationsService): void {
  app.get('/operations', { config: { operation: 'operation.list' }, schema: { response: { 200: ref(OperationList) } } }, async (_, reply) => {
    const version = service.version()
    return await reply.header('etag', etag(version)).send({ data: service.operations(), version })
  })

  app.get('/operations/:id', {
    config: { operation: 'operation.get', examples: { params: { id: 'product.create' } } }, schema: { params: IdParams, response: { 200: ref(OperationView) } }
  }, async (request, reply) => {
    const operation = service.operation(request.params.id)
    return await reply.header('etag', etag(operation.version)).send(operation)
  })

  app.patch('/operations/:id', {
    config: { operation: 'operation.update', examples: { params: { id: 'product.create' }, body: { enabled: true, settings: { batchPolicy: 'caller' } } } },
    schema: { params: IdParams, body: ref(OperationChange), response: { 200: ref(OperationView) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { id } = request.params
      request.call.entities.push({ type: 'operation', id })
      const { before, after } = await service.change(tx, [{ id, ...request.body }], { by: request.call.principal!.id, pointerOf: () => '' }, snapshot => {
        checkIfMatch(request, snapshot.operations.get(id)!.version)
      })
      request.call.changes = { before: changed(before[0]!), after: changed(after[0]!) }
      return { body: after[0], headers: { etag: etag(after[0]!.version) } }
    }))

  app.patch('/operations', {
    config: { operation: 'operation.updateMany', examples: { body: { changes: [{ id: 'product.create', enabled: true }] } } },
    schema: { body: ref(OperationChanges), response: { 200: ref(OperationList) } }
  }, async (request, reply) =>
    await kernel.writeOrm(request, reply, async tx => {
      const { changes } = request.body
      request.call.entities.push(...changes.map(({ id }) => ({ type: 'operation', id })))
      const from = { by: request.call.principal!.id, pointerOf: (index: number) => `/changes/${index}` }
      const { before, after, version } = await service.change(tx, changes, from, snapshot => {
        checkIfMatch(request, snapshot.version)
      })
      request.call.changes = { before: before.map(changed), after: after.map(changed) }
      return { body: { data: after, version }, headers: { etag: etag(version) } }
    }))
}

/** What an operator can change, for the audit. */
function changed ({ id, enabled, settings }: { id: string, enabled: boolean, settings: unknown }): object {
  return { id, enabled, settings }
}
