// What other plugins know of partners: the same that callers are answered, and what customers want of the goods that are sent to them.
export { partnerRoutes } from './routes.js'
export type { PartnersService } from './service.js'
