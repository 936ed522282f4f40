// `/operators`: admins manage who may sign in.
import { Type, IdParams, checkIfMatch, etag, operatorPrefix, ref, type App, type Kernel } from '#kernel'
import { CreateOperator, ListOperators, Operator, OperatorPage, UpdateOperator } from '../schemas.js'
import { createOperator, deleteOperator, listOperators, lockOperator, newPasswordHash, readOperator, updateOperator, viewOf } from '../service.js'

export function operatorRoutes (app: App, kernel: Kernel): void {
  readRoutes(app, kernel)
  writeRoutes(app, kernel)
}

function readRoutes (app: App, kernel: Kernel): void {
  app.get('/operators', {
    config: { operation: 'operator.list' },
    schema: { querystring: ListOperators, response: { 200: ref(OperatorPage) } }
  }, async (request, reply) => {
    return reply.code(200).send(await listOperators(kernel, request.query))
  })

  app.get('/operators/:id', {
    config: { operation: 'operator.get' },
    schema: { params: IdParams, response: { 200: ref(Operator) } }
  }, async (request, reply) => {
    const row = await readOperator(kernel.db, request.params.id)
    return reply.code(200).header('etag', etag(row.version)).send(viewOf(row))
  })
}

function writeRoutes (app: App, kernel: Kernel): void {
  app.post('/operators', {
    config: {
      operation: 'operator.create',
      examples: { body: { email: 'grace@example.com', name: 'Grace Hopper', role: 'operator', password: 'correct horse battery staple' } }
    },
    schema: { body: CreateOperator, response: { 201: ref(Operator) } }
  }, async (request, reply) => {
    const { password, ...draft } = request.body
    const passwordHash = await newPasswordHash(password, '/password')
    return await kernel.writeOrm(request, reply, async tx => {
      const body = viewOf(await createOperator(tx, { ...draft, passwordHash }))
      request.call.entities.push({ type: 'operator', id: body.id })
      request.call.changes = { before: null, after: body }
      return { status: 201, body, headers: { etag: etag(body.version), location: `${operatorPrefix}/operators/${body.id}` } }
    })
  })

  app.patch('/operators/:id', {
    config: { operation: 'operator.update', examples: { body: { name: 'Grace Brewster Hopper', role: 'admin' } } },
    schema: { params: IdParams, body: UpdateOperator, response: { 200: ref(Operator) } }
  }, async (request, reply) => {
    const { password, ...patch } = request.body
    const change = password === undefined ? patch : { ...patch, passwordHash: await newPasswordHash(password, '/password') }
    return await kernel.writeOrm(request, reply, async tx => {
      const locked = await lockOperator(tx, request.params.id)
      checkIfMatch(request, locked.row.version)
      const body = viewOf(await updateOperator(tx, locked, change))
      request.call.entities.push({ type: 'operator', id: body.id })
      request.call.changes = { before: viewOf(locked.row), after: body }
      return { body, headers: { etag: etag(body.version) } }
    })
  })

  app.delete('/operators/:id', {
    config: { operation: 'operator.delete' },
    schema: { params: IdParams, response: { 204: Type.Null({ description: 'Deleted, and signed out everywhere.' }) } }
  }, async (request, reply) => await kernel.writeOrm(request, reply, async tx => {
    const locked = await lockOperator(tx, request.params.id)
    checkIfMatch(request, locked.row.version)
    await deleteOperator(tx, locked, request.call.principal!.id)
    request.call.entities.push({ type: 'operator', id: locked.row.id })
    request.call.changes = { before: viewOf(locked.row), after: null }
    return { status: 204 }
  }))
}
