// kill -9 in the middle of the demo's month: nothing that was acknowledged is lost, and all books balance. The caller's own list and the
// file are the judges.
import type { Test } from 'tap'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createErp } from '../demo/erp.js'
import { expectedFrom } from '../demo/expected.js'
import { OPENING_LINES, runMonth, type Kind } from '../demo/month.js'
import { planMonth, type Plan } from '../demo/plan.js'
import { reconcile } from '../demo/reconcile.js'
import { readRetail } from '../demo/retail.js'
import { startReceiver } from '../demo/receiver.js'
import { startService, type ServiceProcess } from '../demo/service.js'
import { OPERATOR, prepare, readerOf, RECEIVER, settle, signIn } from '../demo/setup.js'

/** When the ERP begins the so-many-th part of what it does of a kind, the service dies. */
export type Kills = ReadonlyArray<[Kind, number]>

/** Of `npm run test:kill`: in two files, twenty times in all. */
export const TEN_KILLS: Kills = [
  ['product', 0.3],
  ['product', 0.8],
  ['opening', 0.5],
  ['order', 0.1],
  ['ship', 0.2],
  ['ship', 0.7],
  ['order', 0.6],
  ['cancel', 0.5],
  ['order', 0.9],
  ['return', 1]
]
const EXCERPT = 'test/demo/online-retail-excerpt.csv'

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Kills the service again and again while the ERP works, lets everything settle, and balances the books. */
export async function killLoop (t: Test, database: Record<string, string>, kills: Kills): Promise<void> {
  const plan = planMonth(await readRetail(EXCERPT))
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-kill-'))
  t.teardown(async () => { await rm(dataDir, { recursive: true, force: true }) })
  const receiver = await startReceiver(RECEIVER.username, RECEIVER.password)
  t.teardown(receiver.close)
  const port = await freePort()
  const env = {
    DATA_DIR: dataDir,
    PORT: String(port),
    OPERATOR_EMAIL: OPERATOR.email,
    OPERATOR_PASSWORD: OPERATOR.password,
    WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
    ...database
  }
  let service: ServiceProcess = await startService(env)
  t.teardown(async () => { await service.stop() })
  const base = (): string => `http://127.0.0.1:${port}`
  const operator = await signIn(base)
  const client = await prepare(operator, receiver.url)
  const erp = createErp(base, client.clientId, client.clientSecret)

  const due = momentsOf(kills, plan)
  const hits: string[] = []
  let done = false
  let killing = Promise.resolve()
  const kill = async (what: string): Promise<void> => {
    await new Promise(resolve => setTimeout(resolve, randomInt(0, 60)))
    if (!done) hits.push(what)
    await service.kill()
    service = await startService(env)
  }
  await runMonth(erp, plan, (kind, count) => {
    if (due.delete(`${kind} ${count}`)) killing = killing.then(async () => { await kill(`${kind} ${count}`) })
  })
  done = true
  await killing
  t.comment(`killed at ${hits.join(', ')}; the ERP repeated ${erp.ledger.repeated} calls`)
  // A delivery that was in flight when the service died waits for its lease of 60 s, received or not.
  await settle(operator, () => receiver.entries.size, 180_000)
  const reader = await readerOf(operator, base)
  const facts = { plan, expected: expectedFrom(plan), erp: erp.ledger, receiver, operator, client: reader, clientId: client.id, interrupted: true }
  for (const line of await reconcile(facts)) t.ok(line.ok, `${line.what}: ${line.expected} / ${line.found}`)
  t.same(erp.ledger.unexpected.slice(0, 3), [])
  t.equal(due.size, 0, 'every kill was made')
  t.ok(hits.length >= kills.length / 2, 'most kills hit the ERP at work')
}

/** The moments of the kills: `order 12`. */
function momentsOf (kills: Kills, { products, opening, steps }: Plan): Set<string> {
  const sizes = new Map<Kind, number>([['product', products.length], ['opening', Math.ceil(opening.length / OPENING_LINES)]])
  for (const { kind } of steps) sizes.set(kind, (sizes.get(kind) ?? 0) + 1)
  return new Set(kills.map(([kind, part]) => `${kind} ${Math.ceil((sizes.get(kind) ?? 0) * part)}`))
}
