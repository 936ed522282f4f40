// `/events`: everything that happened, in its order, published to a webhook or not.
import { IdParams, ref, type App, type Kernel } from '#kernel'
import { EventKinds, ListEvents, LoggedEventFull, LoggedEventPage } from '../schemas/events.js'
import type { EventLog } from '../service/events.js'
import { subjectsOf } from '../service/subjects.js'

export function eventRoutes (app: App, kernel: Kernel, events: EventLog): void {
  app.get('/events', {
    config: { operation: 'event.list', examples: { query: { type: 'product.created' } } },
    schema: { querystring: ListEvents, response: { 200: ref(LoggedEventPage) } }
  }, async (request, reply) => {
    const { limit, cursor, subjectId, ...rest } = request.query
    const filters = subjectId === undefined ? rest : { ...rest, subjectId: await subjectsOf(kernel, subjectId) }
    return reply.code(200).send(await events.list(filters, { limit, cursor }))
  })

  app.get('/event-types', {
    config: { operation: 'event.types' },
    schema: { response: { 200: ref(EventKinds) } }
  }, async (_, reply) => reply.code(200).send({ data: events.kinds() }))

  app.get('/events/:id', {
    config: { operation: 'event.get' },
    schema: { params: IdParams, response: { 200: ref(LoggedEventFull) } }
  }, async (request, reply) => reply.code(200).send(await events.read(request.params.id)))
}
