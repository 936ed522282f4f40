// Every place of the console has a URL.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { session } from './api/queries.ts'
import { queryClient } from './api/client.ts'
import { Shell } from './shell/Shell.tsx'
import { SignIn } from './shell/SignIn.tsx'
import { Broken, NotHere } from './shell/Broken.tsx'

const root = createRootRoute({ component: Outlet })

/** Texts of the query that a page knows; anything else is left out. */
const texts = <K extends string>(names: readonly K[]) => (search: Record<string, unknown>): { [N in K]?: string } =>
  Object.fromEntries(names.filter(name => search[name] !== undefined && search[name] !== '').map(name => [name, String(search[name])])) as { [N in K]?: string }

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { back?: string, ended?: boolean } => ({
    // Only a path of this page: `//host` would lead elsewhere.
    ...(typeof search['back'] === 'string' && /^\/(?!\/)/.test(search['back']) ? { back: search['back'] } : {}),
    ...(search['ended'] === true ? { ended: true } : {})
  }),
  component: SignIn
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const current = await queryClient.ensureQueryData(session).catch(() => null)
    if (current !== null && current.operator === null) throw redirect({ to: '/login', search: { back: location.href } })
  },
  component: Shell
})

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/plugins' })
  }
})

const pluginsPage = createRoute({
  getParentRoute: () => shell,
  path: '/plugins',
  validateSearch: texts(['q']),
  component: lazyRouteComponent(() => import('./plugins/PluginsPage.tsx'), 'PluginsPage')
})

const operatorsPage = createRoute({
  getParentRoute: () => shell,
  path: '/operators',
  validateSearch: texts(['edit']),
  component: lazyRouteComponent(() => import('./operators/OperatorsPage.tsx'), 'OperatorsPage')
})

const integration = createRoute({
  getParentRoute: () => shell,
  path: '/integration',
  validateSearch: texts(['guide']),
  component: lazyRouteComponent(() => import('./integration/IntegrationPage.tsx'), 'IntegrationPage')
})
const integrationHome = createRoute({
  getParentRoute: () => integration,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/integration/settings' })
  }
})
const overview = createRoute({
  getParentRoute: () => integration,
  path: '/overview',
  validateSearch: texts(['range']),
  component: lazyRouteComponent(() => import('./integration/overview/OverviewTab.tsx'), 'OverviewTab')
})
const settings = createRoute({
  getParentRoute: () => integration,
  path: '/settings',
  validateSearch: texts(['q', 'edit']),
  component: lazyRouteComponent(() => import('./integration/settings/SettingsTab.tsx'), 'SettingsTab')
})
const clientsTab = createRoute({
  getParentRoute: () => integration,
  path: '/clients',
  validateSearch: texts(['edit']),
  component: lazyRouteComponent(() => import('./integration/clients/ClientsTab.tsx'), 'ClientsTab')
})
const webhooksTab = createRoute({
  getParentRoute: () => integration,
  path: '/webhooks',
  validateSearch: texts(['webhookId', 'status', 'eventType', 'eventId', 'edit', 'delivery']),
  component: lazyRouteComponent(() => import('./integration/webhooks/WebhooksTab.tsx'), 'WebhooksTab')
})
const auditTab = createRoute({
  getParentRoute: () => integration,
  path: '/audit',
  validateSearch: texts(['direction', 'clientId', 'operation', 'statusClass', 'method', 'webhookId', 'eventType', 'correlationId', 'requestId', 'entity', 'q',
    'from', 'to', 'row', 'reads']),
  component: lazyRouteComponent(() => import('./integration/audit/AuditTab.tsx'), 'AuditTab')
})

const warehouse = createRoute({
  getParentRoute: () => shell,
  path: '/warehouse',
  validateSearch: texts(['owner']),
  component: lazyRouteComponent(() => import('./warehouse/WarehousePage.tsx'), 'WarehousePage')
})
const warehouseHome = createRoute({
  getParentRoute: () => warehouse,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/warehouse/products', search: true })
  }
})
const productsTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/products',
  validateSearch: texts(['q', 'status', 'open']),
  component: lazyRouteComponent(() => import('./warehouse/ProductsTab.tsx'), 'ProductsTab')
})
const stockTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/stock',
  validateSearch: texts(['open']),
  component: lazyRouteComponent(() => import('./warehouse/StockTab.tsx'), 'StockTab')
})
const ordersTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/orders',
  validateSearch: texts(['number', 'status', 'onHold', 'open']),
  component: lazyRouteComponent(() => import('./warehouse/OrdersTab.tsx'), 'OrdersTab')
})
const locationsTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/locations',
  validateSearch: texts(['at', 'q', 'zone', 'edit']),
  component: lazyRouteComponent(() => import('./warehouse/LocationsTab.tsx'), 'LocationsTab')
})
const ownersTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/owners',
  validateSearch: texts(['edit']),
  component: lazyRouteComponent(() => import('./warehouse/OwnersTab.tsx'), 'OwnersTab')
})
const movementsTab = createRoute({
  getParentRoute: () => warehouse,
  path: '/movements',
  validateSearch: texts(['product', 'doc', 'batch', 'type']),
  component: lazyRouteComponent(() => import('./warehouse/MovementsTab.tsx'), 'MovementsTab')
})

export const router = createRouter({
  routeTree: root.addChildren([login, shell.addChildren([
    home,
    pluginsPage,
    operatorsPage,
    integration.addChildren([integrationHome, overview, settings, clientsTab, webhooksTab, auditTab]),
    warehouse.addChildren([warehouseHome, productsTab, stockTab, ordersTab, movementsTab, locationsTab, ownersTab])
  ])]),
  basepath: '/console',
  search: { strict: true },
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotHere,
  defaultPreload: 'intent'
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
