// Activation of plugins and General Settings: which operations API clients see, and with which defaults.
import { definePlugin, operatorPrefix, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { operationRoutes, pluginRoutes } from './routes.js'
import { createOperationsService } from './service.js'
import { OperationChange, OperationChanges, OperationList, OperationView, PluginChange, PluginList, PluginView } from './schemas.js'

export default definePlugin({
  id: 'operations',
  title: 'Plugins and General Settings',
  summary: 'Switches plugins and operations on and off and keeps their settings.',
  category: 'System',
  requires: [],
  locked: true,
  prefix: operatorPrefix,
  console: { label: 'General Settings', order: 10 },
  operations: withErrors(errorsOf, {
    'plugin.list': { title: 'List the installed plugins', access: 'operator', role: 'viewer', locked: true },
    'plugin.get': { title: 'Read a plugin', access: 'operator', role: 'viewer', locked: true },
    'plugin.update': { title: 'Switch a plugin on or off', access: 'operator', role: 'operator', locked: true },
    'operation.list': {
      title: 'List the operations of API clients',
      description: 'With their switches, their settings and the JSON Schema of these.',
      access: 'operator',
      role: 'viewer',
      locked: true
    },
    'operation.get': { title: 'Read an operation', access: 'operator', role: 'viewer', locked: true },
    'operation.update': {
      title: 'Switch an operation or change its settings',
      description: 'Takes effect on the next call, in every process within a second.',
      access: 'operator',
      role: 'operator',
      locked: true
    },
    'operation.updateMany': {
      title: 'Change several operations at once',
      description: 'All or nothing; `If-Match` takes the version of the whole list.',
      access: 'operator',
      role: 'operator',
      locked: true
    }
  }),
  errors,
  schemas: [PluginView, PluginList, PluginChange, OperationView, OperationList, OperationChange, OperationChanges],
  register (app, kernel) {
    const service = createOperationsService(kernel)
    pluginRoutes(app, kernel, service)
    operationRoutes(app, kernel, service)
  }
})
