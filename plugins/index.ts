// The installed plugins, one line each. Removing a line together with the plugins that require it leaves a service that boots.
import type { Plugin } from '#kernel'
import audit from './audit/plugin.js'
import catalog from './catalog/plugin.js'
import clients from './clients/plugin.js'
import consolePage from './console/plugin.js'
import docs from './docs/plugin.js'
import externalApi from './external-api/plugin.js'
import inbound from './inbound/plugin.js'
import inventory from './inventory/plugin.js'
import locations from './locations/plugin.js'
import operations from './operations/plugin.js'
import operators from './operators/plugin.js'
import orders from './orders/plugin.js'
import owners from './owners/plugin.js'
import partners from './partners/plugin.js'
import reference from './reference/plugin.js'
import tokens from './tokens/plugin.js'
import warehouse from './warehouse/plugin.js'
import webhooks from './webhooks/plugin.js'

export const plugins: readonly Plugin[] = [
  audit,
  operators,
  operations,
  owners,
  externalApi,
  clients,
  tokens,
  reference,
  partners,
  catalog,
  locations,
  inventory,
  inbound,
  orders,
  warehouse,
  webhooks,
  docs,
  consolePage
]
