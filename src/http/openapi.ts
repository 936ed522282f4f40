// OpenAPI 3.1 out of the manifests and the routes' schemas: one document for API clients, one for operators, showing what is on now.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { Catalogue, Operation } from '../kernel/contract/catalogue.js'
import { operatorPrefix } from '../kernel/contract/kernel.js'
import type { PluginManifest } from '../kernel/contract/manifest.js'
import type { AccessProvider } from '../kernel/contract/ports.js'
import type { Switchboard } from '../kernel/contract/switches.js'
import { canRehearse } from '../kernel/host/dry-run.js'
import type { OpenApi } from '../kernel/host/foundation.js'
import { exampleOf, plain, prune, type Json } from './openapi-schemas.js'
import { errorResponses, eventWebhook, headerParameters, HEADERS, headersOf, withRehearsal } from './openapi-parts.js'
import { errorCodes } from './error-codes.js'

type Audience = 'external' | 'operator'

/** With the plugin that it comes from. */
type Provider = AccessProvider & { pluginId: string }

interface OpenApiOptions {
  catalogue: Catalogue
  switches: Switchboard
  access: ReadonlyMap<string, Provider>
  publicUrl: () => string
  /** True when calls of the operation may be answered 429. */
  isLimited: (operation: string) => boolean
}

const TITLE = 'LogisticsWMS API & Webhooks'

const audienceOf = (operation: Pick<Operation, 'access' | 'url'>): Audience =>
  operation.access === 'operator' || operation.url.startsWith(`${operatorPrefix}/`) ? 'operator' : 'external'

/** Watches the routes as they register. Call it before any route exists. */
export async function createOpenApi (app: FastifyInstance, options: OpenApiOptions): Promise<OpenApi> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: TITLE, version: '1' } },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => typeof json.$id === 'string' ? json.$id : `schema-${index}` },
    transform: ({ schema, url, route }) => {
      const { operation } = route.config ?? {}
      return { schema: { ...schema, ...(operation === undefined ? { hide: true } : { 'x-operation': operation }) }, url }
    }
  })
  return { document: audience => build(plain(app.swagger()) as Document, audience, options), errorCodes: () => errorCodes(options.catalogue.plugins) }
}

interface Answer { description?: string, headers?: Json, content?: Record<string, Json> }

interface PathItem { 'x-operation'?: string, [member: string]: unknown }

interface Document extends Record<string, unknown> {
  paths: Record<string, Record<string, PathItem>>
  components: { schemas: Record<string, Json>, securitySchemes?: Json }
}

/** The generated document cut down to one audience and to what is on, with everything that the manifests say. */
function build (document: Document, audience: Audience, options: OpenApiOptions): Document {
  const { catalogue, switches, access, publicUrl } = options
  const schemas = document.components.schemas
  const tags = new Set<string>()
  const schemes: Record<string, Json> = {}
  const granted: Operation[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, item] of Object.entries(methods)) {
      const operation = catalogue.operations.get(item['x-operation'] ?? '')
      if (operation === undefined || audienceOf(operation) !== audience || !switches.isOperationOn(operation.id)) {
        delete methods[method]
        continue
      }
      const provider = access.get(operation.access)
      Object.assign(schemes, provider?.securitySchemes)
      tags.add(operation.pluginId)
      describe(item, operation, {
        plugins: catalogue.plugins, tag: catalogue.plugin(operation.pluginId)!.title, provider, schemas, isLimited: options.isLimited(operation.id)
      })
      if (operation.access === 'client') granted.push(operation)
    }
    if (Object.keys(methods).length === 0) delete document.paths[path]
  }
  nameScopes(schemes, granted)
  const events = [...catalogue.events.values()].filter(event => audience === 'external' && switches.isPluginOn(event.pluginId))
  const webhooks = Object.fromEntries(events.map(event => [event.id, { post: eventWebhook(event, schemas) }]))
  const result = {
    openapi: '3.1.0',
    info: {
      title: audience === 'external' ? TITLE : `${TITLE}: operators`,
      version: '1',
      description: INTRODUCTION[audience],
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' }
    },
    servers: [{ url: '/', description: 'Where this document was read' }, { url: publicUrl(), description: 'PUBLIC_URL of this installation' }],
    tags: tagList(catalogue, tags, events.length > 0),
    paths: document.paths,
    ...(events.length > 0 ? { webhooks } : {}),
    components: { schemas, headers: usedHeaders(document.paths), securitySchemes: schemes }
  }
  prune(result)
  return result
}

const INTRODUCTION: Readonly<Record<Audience, string>> = {
  external: 'For systems that read and change warehouse data, and for receivers of webhooks. It shows what an operator has switched on at present. ' +
    'Get a token at `POST /api/external/v1/auth/token`, then send it as `Authorization: Bearer …`. Every error is `application/problem+json` with a ' +
      'stable `code`: [all of them](/docs/errors).',
  operator: 'For operators and their scripts: activation, settings, clients, webhooks and the audit. Sign in at `POST /api/admin/v1/session`.'
}

function tagList (catalogue: Catalogue, used: ReadonlySet<string>, withEvents: boolean): Json[] {
  const tags = catalogue.plugins.filter(plugin => used.has(plugin.id)).map(plugin => ({ name: plugin.title, description: plugin.summary }))
  return withEvents ? [...tags, { name: 'Events', description: 'Calls from the warehouse to the URL of a webhook.' }] : tags
}

function usedHeaders (paths: Document['paths']): Json {
  const text = JSON.stringify(paths)
  return Object.fromEntries(Object.entries(HEADERS).filter(([name]) => text.includes(`"#/components/headers/${name}"`)))
}

/** Scopes of OAuth schemes are the operations that are on. */
function nameScopes (schemes: Record<string, Json>, operations: readonly Operation[]): void {
  for (const [name, scheme] of Object.entries(schemes)) {
    if (scheme['type'] !== 'oauth2') continue
    const scopes = Object.fromEntries(operations.map(({ id, title }) => [id, title]))
    schemes[name] = {
      ...scheme, flows: Object.fromEntries(Object.entries(scheme['flows'] as Record<string, Json>).map(([flow, said]) => [flow, { ...said, scopes }]))
    }
  }
}

/** What Try it out would fill in and send stands in the description of an optional parameter instead. */
function describeParameter (parameter: Json, examples: Operation['examples']): void {
  const given = examples[parameter['in'] === 'path' ? 'params' : 'query']?.[String(parameter['name'])]
  if (parameter['required'] === true) {
    if (given !== undefined) parameter['example'] = given
    return
  }
  const schema = (parameter['schema'] ?? {}) as Json
  const [example] = [...(schema['examples'] as unknown[] | undefined) ?? [], schema['example'], parameter['example'], given].filter(value =>
    value !== undefined
  )
  for (const name of ['example', 'examples']) {
    Reflect.deleteProperty(schema, name)
    Reflect.deleteProperty(parameter, name)
  }
  if (example !== undefined) parameter['description'] = `${String(parameter['description'] ?? '')} Like \`${String(example)}\`.`.trim()
}

interface Described { plugins: readonly PluginManifest[], tag: string, provider: Provider | undefined, schemas: Record<string, Json>, isLimited: boolean }

function describe (item: PathItem, operation: Operation, { plugins, tag, provider, schemas, isLimited }: Described): void {
  delete item['x-operation']
  item['operationId'] = operation.id
  item['summary'] = operation.title
  item['tags'] = [tag]
  if (operation.description !== undefined) item['description'] = operation.description
  item['security'] = operation.access === 'public'
    ? []
    : Object.entries(provider?.securitySchemes ?? {}).map(([name, { type }]) => ({ [name]: type === 'oauth2' ? [operation.id] : [] }))
  if (operation.emits !== undefined) item['x-emits'] = [...operation.emits]
  const body = item['requestBody'] as { content: Record<string, Json> } | undefined
  for (const media of Object.values(body?.content ?? {})) {
    media['example'] = operation.examples.body ?? exampleOf(media['schema'] as Json, schemas)
  }
  if (operation.method === 'PATCH' && body !== undefined) body.content['application/merge-patch+json'] = body.content['application/json']!
  for (const parameter of (item['parameters'] ?? []) as Json[]) describeParameter(parameter, operation.examples)
  item['parameters'] = [...(item['parameters'] ?? []) as Json[], ...headerParameters(operation)]
  const responses = item['responses'] as Record<string, Answer>
  if (canRehearse(operation)) responses['200'] = withRehearsal(responses['200'])
  for (const [status, response] of Object.entries(responses)) {
    response.headers = headersOf(operation, status)
    if (response.description === undefined || response.description === 'Default Response') response.description = 'Success'
    for (const media of Object.values(response.content ?? {})) media['example'] ??= exampleOf(media['schema'] as Json, schemas)
  }
  Object.assign(responses, errorResponses(operation, plugins, { hasBody: body !== undefined, isLimited, accessPlugin: provider?.pluginId }))
}
