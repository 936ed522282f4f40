// What the statistics say.
import { Timestamp, nullable, oneOf, ref, strictObject, Type, type Static } from '#kernel'
import { AuditEntry } from './calls.js'

const count = (description: string, example: number) => Type.Integer({ description, examples: [example] })
const milliseconds = (description: string, example: number) => nullable(Type.Number(), { description, examples: [example] })

export const RANGES = ['hour', 'day', 'week'] as const

export const StatisticsQuery = strictObject({
  range: Type.Optional(oneOf(RANGES, {
    default: 'hour', description: '`hour`: by minute; `day`: by quarters of an hour; `week`: by two hours.', examples: ['day']
  }))
})

const parties = (description: string, key: string, name: string) => Type.Array(strictObject({
  key: Type.String({ examples: [key] }),
  name: nullable(Type.String(), { description: 'Its name at the last of these calls; operations have none.', examples: [name] }),
  calls: count('', 1250),
  failed: count('Of them with a status of 400 or above, or without an answer.', 3)
}), { description })

export const AuditStatistics = strictObject({
  range: oneOf(RANGES),
  from: Timestamp({ description: 'Start of the first period.' }),
  to: Timestamp({ description: 'Now.' }),
  periodSeconds: count('Length of a period.', 60),
  periods: Type.Array(strictObject({
    at: Timestamp({ description: 'Its start.' }),
    succeeded: count('Calls of API clients and unauthenticated callers that were answered with 2xx or 3xx.', 118),
    refused: count('… with 4xx.', 2),
    failed: count('… with 5xx, or not at all.', 0),
    p50Ms: milliseconds('Half of these calls took no longer. Right to within a fifth. Null without calls.', 4.2),
    p95Ms: milliseconds('19 of 20 took no longer.', 18.5),
    delivered: count('Attempts to deliver a webhook that were answered with 2xx.', 117),
    undelivered: count('All other attempts.', 1)
  }), { description: 'Oldest first, also those without calls; the last one is not over yet.' }),
  totals: strictObject({
    calls: count('Calls of API clients and unauthenticated callers.', 7200),
    refused: count('Answered with 4xx.', 90),
    failed: count('Answered with 5xx, or not at all.', 1),
    p50Ms: milliseconds('', 4.2),
    p95Ms: milliseconds('', 19.1),
    attempts: count('Attempts to deliver a webhook.', 7020),
    delivered: count('Of them answered with 2xx.', 7001)
  }),
  clients: parties('The ten that called most.', 'cli_01JB3ZK6Q0T8X4M2N7C9V5W1YD', 'ERP'),
  operations: parties('The ten that were called most.', 'product.create', 'ERP'),
  webhooks: parties('The ten with most attempts.', 'whk_01JB3ZK6Q0T8X4M2N7C9V5W1YD', 'Shop'),
  failures: Type.Array(ref(AuditEntry), { description: 'The last ten calls and attempts that were refused or failed, newest first.' })
}, { $id: 'AuditStatistics' })

export type Range = (typeof RANGES)[number]
export type Statistics = Static<typeof AuditStatistics>
