// `?dryRun=true` on the writes of API clients: all of the work is done, answered and rolled back.
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import type { Operation } from '../contract/catalogue.js'
import type { Answer } from './foundation.js'

export const dryRunParameter = Type.Optional(Type.Boolean({
  description: 'True: answer 200 with what would happen, and change nothing. `Idempotency-Key` is not used up.', examples: [false]
}))

export const DryRun = Type.Object({
  dryRun: Type.Literal(true),
  status: Type.Integer({ description: 'Status that the call would have.', examples: [201] }),
  headers: Type.Record(Type.String(), Type.String(), { description: 'Headers of its own that its answer would have.', examples: [{ etag: '"1"' }] }),
  body: Type.Unknown({ description: 'Its answer. Ids and timestamps are those of this dry run: the call itself makes new ones.', examples: [{}] }),
  events: Type.Array(Type.Unknown(), { description: 'Envelopes of the events that it would cause, in their order, without `sequence`.', examples: [[]] })
}, { $id: 'DryRun', additionalProperties: false })

/** Only clients have dry runs; operators are shown what a switch does before they throw it. */
export function canRehearse ({ access, method, readOnly = method === 'GET' }: Pick<Operation, 'access' | 'method' | 'readOnly'>): boolean {
  return access === 'client' && !readOnly
}

export const isDryRun = (request: FastifyRequest): boolean => (request.query as { dryRun?: boolean } | undefined)?.dryRun === true

/** Thrown at the end of the work so that its transaction rolls back; carries what would have been answered. */
export class DryRunRollback extends Error {
  readonly answer: string

  /** @param envelopes events as they may be shown, without `sequence` */
  constructor ({ status, headers, body }: Answer, envelopes: readonly string[]) {
    super('a dry run is rolled back')
    this.answer = `{"dryRun":true,"status":${status},"headers":${JSON.stringify(headers)},"body":${body === '' ? 'null' : body},"events":[${
      envelopes.join(',')
    }]}`
  }
}
