// API clients: who may call from outside, with which secret and which grants.
import { definePlugin, operatorPrefix, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { createLiveClients } from './live.js'
import { changeRoutes, readRoutes, secretRoutes } from './routes.js'
import { createScopes } from './scopes.js'
import { createClientAdministration } from './service.js'
import { createClientStore } from './store.js'
import { ClientChange, ClientCreation, ClientPage, ClientSecretView, ClientView, ClientWithSecret, Regeneration } from './schemas.js'

export default definePlugin({
  id: 'clients',
  title: 'API clients',
  summary: 'External systems that may call the API, each with its own secret, grants and switch.',
  category: 'Other Integrations',
  requires: [],
  prefix: operatorPrefix,
  console: { label: 'API Clients', order: 30 },
  operations: withErrors(errorsOf, {
    'client.list': { title: 'List API clients', access: 'operator', role: 'viewer' },
    'client.get': { title: 'Read an API client', access: 'operator', role: 'viewer' },
    'client.create': {
      title: 'Create an API client', description: 'The secret is in this answer and nowhere else, ever.', access: 'operator', role: 'operator'
    },
    'client.update': {
      title: 'Change an API client',
      description: 'Name, description, switch and grants. Disabling ends its tokens, removed grants end at once.',
      access: 'operator',
      role: 'operator'
    },
    'client.regenerateSecret': {
      title: 'Give an API client a new secret',
      description: 'Without a grace the secret before and its tokens end at once.',
      access: 'operator',
      role: 'operator'
    },
    'client.revokeSecret': { title: 'End one secret of an API client', access: 'operator', role: 'operator' },
    'client.delete': { title: 'Delete an API client', description: 'Its tokens end at once; others are not touched.', access: 'operator', role: 'operator' }
  }),
  errors,
  schemas: [ClientSecretView, ClientView, ClientPage, ClientWithSecret, ClientCreation, ClientChange, Regeneration],
  async register (app, kernel) {
    const store = createClientStore(kernel)
    const scopes = createScopes(kernel.catalogue)
    kernel.services.provide(await createLiveClients(kernel, store, scopes))
    const clients = createClientAdministration(kernel, store, scopes)
    readRoutes(app, kernel, clients)
    changeRoutes(app, kernel, clients)
    secretRoutes(app, kernel, clients)
  }
})
