// Filters of the audit as SQL conditions: those that an index answers in the order of the list, and the others.
import { timestampOf } from '#kernel'
import type { AuditFilters } from '../schemas/calls.js'

export interface Position { occurredAt: Date, seq: number }

/** Adds a parameter to a statement and returns its `$n`. */
type Bind = (value: unknown) => string

/** A condition, written into any number of statements. */
export type Clause = (bind: Bind) => string

export interface Search {
  /** Time and cursor: they pick partitions and a place to start, together with any index. */
  when: Clause[]
  /** Each answered by an index of its own, in the order of how few rows they leave as a rule. */
  indexed: Clause[]
  /** Those that most rows fulfil, or that no index knows. */
  scanned: Clause[]
}

type Rule = (filters: AuditFilters) => Clause | null

const equals = (field: keyof AuditFilters): Rule => filters => {
  const value = filters[field]
  return value === undefined ? null : bind => `"${field}" = ${bind(value)}`
}

/** What most calls have, so that no index knows them: see the migrations. */
const COMMON_STATUS: ReadonlySet<number> = new Set([200, 201, 204])
const COMMON_METHODS: ReadonlySet<string> = new Set(['GET', 'POST'])

const INDEXED: readonly Rule[] = [
  equals('requestId'),
  equals('deliveryId'),
  equals('eventId'),
  equals('correlationId'),
  ({ entity }) => entity === undefined ? null : bind => `"entities" @> ARRAY[${bind(entity)}::text]`,
  equals('claimedId'),
  ({ status }) => status === undefined || COMMON_STATUS.has(status) ? null : bind => `"status" = ${bind(status)}::integer`,
  ({ operatorId }) => operatorId === undefined ? null : bind => `"actorId" = ${bind(operatorId)} AND "actorType" = 'operator'`,
  equals('webhookId'),
  equals('eventType'),
  ({ statusClass }) => statusClass === undefined || statusClass === '2xx' ? null : () => `"statusClass" = ${classNumber(statusClass)}`,
  ({ clientId }) => clientId === undefined ? null : bind => `"actorId" = ${bind(clientId)} AND "actorType" = 'client'`,
  equals('ip'),
  equals('operation'),
  equals('route'),
  ({ direction }) => direction === undefined || direction === 'in' ? null : bind => `"direction" = ${bind(direction)}`,
  ({ method }) => method === undefined || COMMON_METHODS.has(method.toUpperCase()) ? null : bind => `"method" = ${bind(method.toUpperCase())}`
]

const SCANNED: readonly Rule[] = [
  ({ status }) => status !== undefined && COMMON_STATUS.has(status) ? bind => `"status" = ${bind(status)}::integer` : null,
  ({ statusClass }) => statusClass === '2xx' ? () => '"statusClass" = 2' : null,
  ({ operatorReads }) => operatorReads === false ? () => 'NOT ("direction" = \'operator\' AND "method" = \'GET\')' : null,
  ({ direction }) => direction === 'in' ? () => '"direction" = \'in\'' : null,
  ({ method }) => method !== undefined && COMMON_METHODS.has(method.toUpperCase()) ? bind => `"method" = ${bind(method.toUpperCase())}` : null,
  ({ q }) => q === undefined
    ? null
    : bind => `(strpos(lower("path"), ${bind(q.toLowerCase())}) > 0 OR strpos(lower("errorCode"), ${bind(q.toLowerCase())}) > 0)`
]

export function toSearch (filters: AuditFilters, after: Position | null): Search {
  const { from, to } = filters
  const when: Clause[] = []
  if (from !== undefined) when.push(bind => `"occurredAt" >= ${bind(timestampOf('from', from))}::timestamptz`)
  if (to !== undefined) when.push(bind => `"occurredAt" < ${bind(timestampOf('to', to))}::timestamptz`)
  if (after !== null) when.push(bind => beyond(after, bind))
  return { when, indexed: clauses(INDEXED, filters), scanned: clauses(SCANNED, filters) }
}

function clauses (rules: readonly Rule[], filters: AuditFilters): Clause[] {
  return rules.map(rule => rule(filters)).filter(clause => clause !== null)
}

/** The row comparison walks the index, the second one leaves out partitions. */
function beyond (after: Position, bind: Bind): string {
  const at = `${bind(after.occurredAt.toISOString())}::timestamptz`
  return `("occurredAt", "seq") < (${at}, ${bind(after.seq)}::bigint) AND "occurredAt" <= ${at}`
}

function classNumber (statusClass: string): number {
  return statusClass === 'none' ? 0 : Number(statusClass.charAt(0))
}

export function and (clauses: readonly Clause[], values: unknown[]): string {
  return clauses.map(clause => clause(value => `$${values.push(value)}`)).join(' AND ')
}
