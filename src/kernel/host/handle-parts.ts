// What the handles of all plugins are made of.
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Database } from '../contract/database.js'
import type { Secrets, Metrics, Clock } from '../contract/kernel.js'
import type { OutboundHttp } from '../contract/outbound-http.js'
import type { Plugin } from '../contract/plugin.js'
import type { AccessProvider, LimitProvider } from '../contract/ports.js'
import type { Switchboard } from '../contract/switches.js'
import type { InstalledCatalogue } from './catalogue.js'
import type { EventJson } from './events.js'
import type { OpenApi, Foundation } from './foundation.js'
import type { Sequencer } from './sequencer.js'

export interface HostOptions {
  plugins: readonly Plugin[]
  foundation: Foundation
  db: Database
  secrets: Secrets
  http: OutboundHttp
  clock: Clock
  /** Known at the latest when the service listens. */
  publicUrl: () => string
  announce: (line: string) => void
  metrics: { forPart: (id: string) => Metrics }
  /** Slices of the process configuration, by plugin id. */
  config: Readonly<Record<string, object>>
  /** Adds routes that belong to no plugin: health and metrics. */
  infrastructure?: (app: FastifyInstance) => void
  /** Ends a boot under way before its next plugin; its reason is the error. */
  signal?: AbortSignal | undefined
}

/** What the handles of all plugins are made of. */
export interface Core {
  options: HostOptions
  foundation: Foundation
  catalogue: InstalledCatalogue
  switches: Switchboard
  sequencer: Sequencer
  eventJson: EventJson
  openapi: OpenApi
  access: Map<string, AccessProvider & { pluginId: string }>
  limits: { provider: LimitProvider | null }
  services: Map<string, object>
  retainers: Array<(before: Date) => Promise<boolean>>
  /** What else than their ids names the objects of events. */
  aliases: Array<(alias: string) => Promise<string[] | null>>
  routes: RouteOptions[]
  mistakes: string[]
}
