// What other plugins know of reference data.
export { referenceReadRoute, referenceWriteRoutes } from './routes.js'
export type { ReferenceService } from './service.js'
export type { Reason } from './store.js'
