// The audit: a record of every call in both directions.
import { definePlugin, operatorPrefix, withErrors, type CallRecord, type RowWriter } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import { insertionOf, rulesFrom } from './service/record.js'
import { auditRoutes } from './routes/calls.js'
import { AuditCallers, AuditEntry, AuditOutbound, AuditPage, AuditRecord } from './schemas/calls.js'
import { removeOldRollups, rollUp } from './service/rollup.js'
import { readRolledTo } from './store/rollup.js'
import { createAudit } from './service/calls.js'
import { AuditStatistics } from './schemas/statistics.js'
import { readStatistics } from './service/statistics.js'

const KEEP_DAYS = 90
const KEEP_BODIES_DAYS = 30
const ROLL_UP_EVERY_MS = 15_000
const REMOVE_EVERY_MS = 15 * 60_000

export default definePlugin({
  id: 'audit',
  title: 'Audit',
  summary: 'A record of every call: what clients and operators asked for, and what was sent to webhooks.',
  category: 'System',
  requires: [],
  locked: true,
  prefix: operatorPrefix,
  operations: withErrors(errorsOf, {
    'audit.list': {
      title: 'List calls',
      description: 'Newest first, by any combination of filters. A rare match among many calls may take several pages: read on while there is a ' +
        '`nextCursor`, even after a page with few rows or none.',
      access: 'operator',
      role: 'viewer',
      locked: true
    },
    'audit.clients': {
      title: 'Count the calls of each API client', description: 'And how many of them were refused or failed.', access: 'operator', role: 'viewer', locked: true
    },
    'audit.statistics': {
      title: 'Statistics of calls',
      description: 'Calls and attempts of the last hour, day or week by period: how many, how fast, by whom, and what failed.',
      access: 'operator',
      role: 'viewer',
      locked: true
    },
    'audit.tail': {
      limited: true,
      title: 'Follow calls as they are recorded',
      description: 'A stream of server-sent events. It has a row of its own when it begins and one when it ends.',
      access: 'operator',
      role: 'viewer',
      locked: true
    },
    'audit.export': {
      limited: true, title: 'Export calls', description: 'All that fit the filters, as one streamed file.', access: 'operator', role: 'viewer', locked: true
    },
    'audit.get': {
      title: 'Read a call',
      description: 'With headers and bodies. Secrets were removed before it was stored.',
      access: 'operator',
      role: 'viewer',
      locked: true
    }
  }),
  errors,
  schemas: [AuditOutbound, AuditEntry, AuditRecord, AuditPage, AuditCallers, AuditStatistics],
  console: { label: 'Audit', order: 40 },
  register (app, kernel) {
    const rulesOf = rulesFrom(kernel.catalogue)
    const rows: RowWriter<CallRecord> = { statementOf: calls => insertionOf(calls, rulesOf) }
    kernel.ports.calls.provide({
      inTransaction: (tx, calls) => { for (const call of calls) tx.append(rows, call) },
      batch: async calls => { await kernel.db.query(...insertionOf(calls, rulesOf)) }
    })
    kernel.background.partitions({ table: 'Audit', keepDays: KEEP_DAYS, mayDrop: async (db, before) => ((await readRolledTo(db)) ?? new Date(0)) >= before })
    kernel.background.partitions({ table: 'AuditBody', keepDays: KEEP_BODIES_DAYS })
    kernel.background.worker({ name: 'rollup', everyMs: ROLL_UP_EVERY_MS, run: async () => await rollUp(kernel) })
    kernel.background.retention({ name: 'statistics', everyMs: REMOVE_EVERY_MS, remove: async () => await removeOldRollups(kernel.db) })
    auditRoutes(app, kernel, createAudit(kernel), async range => await readStatistics(kernel, range))
  }
})
