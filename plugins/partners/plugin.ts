// Partners: who goods come from, go to and travel with.
import { definePlugin, strictObject, withErrors } from '#kernel'
import { EXTERNAL_PREFIX, ownerOf } from '../external-api/public.js'
import { errors, errorsOf } from './error-codes.js'
import { partnerRoutes } from './routes.js'
import { CreatePartner, Partner, PartnerPage, PartnerReadSettings, PartnerSettings, UpdatePartner, UpsertPartner } from './schemas.js'
import { createPartners } from './service.js'

const ALIASES = 'The id may be an alias: `code:…` or `ref:…`, URL-encoded.'

export default definePlugin({
  id: 'partners',
  title: 'Partners',
  summary: 'Customers, suppliers and carriers of each owner.',
  category: 'Other Integrations',
  requires: ['external-api'],
  prefix: EXTERNAL_PREFIX,
  operations: withErrors(errorsOf, {
    'partner.list': { title: 'List partners', access: 'client', description: 'By code, archived ones too.' },
    'partner.get': { title: 'Read a partner', access: 'client', settings: PartnerReadSettings, description: ALIASES },
    'partner.create': { title: 'Create a partner', access: 'client', settings: PartnerSettings, emits: ['partner.created'] },
    'partner.update': {
      title: 'Change a partner',
      access: 'client',
      settingsOf: 'partner.create',
      emits: ['partner.updated'],
      description: `JSON merge patch (RFC 7396): null clears a field, \`addresses\` are replaced as a whole. \`active\` false archives it. ${ALIASES}`
    },
    'partner.upsert': {
      title: 'Create or replace a partner by code',
      access: 'client',
      settingsOf: 'partner.create',
      emits: ['partner.created', 'partner.updated'],
      description: 'The id must be `code:…`. The body is all of the partner: what it leaves out gets its default. An archived partner becomes active again.'
    }
  }),
  events: {
    'partner.created': { title: 'A partner was created', data: Partner, kind: 'fact' },
    'partner.updated': { title: 'A partner was changed', description: '`previous` has the former values of the changed fields.', data: Partner, kind: 'state' }
  },
  errors,
  personalData: { operation: 'partner.get', setting: 'exposePersonalData', fields: ['email', 'phone', 'addresses'] },
  schemas: [Partner, PartnerPage, CreatePartner, UpdatePartner, UpsertPartner],
  register (app, kernel) {
    const partners = createPartners(kernel)
    kernel.services.provide(partners)
    partnerRoutes(app, kernel, partners, {
      operations: { list: 'partner.list', get: 'partner.get', create: 'partner.create', update: 'partner.update', upsert: 'partner.upsert' },
      asking: { query: strictObject({}), ownerOf }
    })
  }
})
