// Owners: whose goods lie here. Each API client sees those of one.
import { definePlugin, operatorPrefix, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import type { OwnersService } from './public.js'
import { ownerRoutes } from './routes.js'
import { CreateOwner, Owner, OwnerPage, UpdateOwner } from './schemas.js'
import { createOwners } from './service.js'

export default definePlugin({
  id: 'owners',
  title: 'Owners',
  summary: 'Whose goods lie in the warehouses: one company, or the customers of a 3PL.',
  category: 'System',
  requires: [],
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'owner.list': { title: 'List owners', access: 'operator', role: 'viewer', description: 'By code, archived ones too: what they had is still there.' },
    'owner.get': { title: 'Read an owner', access: 'operator', role: 'viewer', description: 'By id or `code:…`.' },
    'owner.create': { title: 'Create an owner', access: 'operator', role: 'admin', emits: ['owner.created'] },
    'owner.update': {
      title: 'Change an owner',
      access: 'operator',
      role: 'admin',
      emits: ['owner.updated'],
      description: '`active` false archives it: it gets no new API clients, and what it has stays. The default owner is never archived and keeps its code.'
    }
  }),
  events: {
    'owner.created': { title: 'An owner was created', data: Owner, kind: 'fact' },
    'owner.updated': { title: 'An owner was changed', description: '`previous` has the former values of the changed fields.', data: Owner, kind: 'state' }
  },
  errors,
  schemas: [Owner, OwnerPage, CreateOwner, UpdateOwner],
  register (app, kernel) {
    const owners = createOwners(kernel)
    kernel.services.provide({ idOf: owners.idOf } satisfies OwnersService)
    ownerRoutes(app, kernel, owners)
  }
})
