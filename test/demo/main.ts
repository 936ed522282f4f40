// `npm run demo [-- FILE.csv[.gz]]`: the main job end to end on real data, over HTTP only, with a reconciliation at the end.
// With `--products` only the products of the file, without its trade.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createErp } from './erp.js'
import { expectedFrom } from './expected.js'
import { runMonth, type OnBegin } from './month.js'
import { CANCELLED, ORDERED, planMonth, RETURNED, type Plan } from './plan.js'
import { startReceiver, type Ledger } from './receiver.js'
import { reconcile } from './reconcile.js'
import { readRetail } from './retail.js'
import { startService } from './service.js'
import { OPERATOR, prepare, readerOf, RECEIVER, settle, signIn } from './setup.js'
import { line, printTable } from './table.js'

const DATA_SETS = ['../shared/data/online-retail-2010-12.csv.gz', 'test/demo/online-retail-excerpt.csv']
const TAKEN = [ORDERED, CANCELLED, RETURNED]
const print = (line: string): void => { process.stdout.write(`${line}\n`) }

async function main (): Promise<boolean> {
  const onlyProducts = process.argv.includes('--products')
  const file = process.argv.slice(2).find(argument => argument !== '--products') ?? DATA_SETS.find(path => existsSync(path))
  if (file === undefined || !existsSync(file)) {
    print(`There is no file ${file ?? 'to read'}. Usage: npm run demo [-- [--products] FILE.csv[.gz]], with the columns of the UCI Online Retail data set.`)
    return false
  }
  const retail = await readRetail(file)
  const plan = onlyProducts ? productsOf(planMonth(retail)) : planMonth(retail)
  print(`${file}: ${retail.lines.length} lines, ${retail.products.length} products`)
  if (!onlyProducts) {
    for (const [fate, numbers] of plan.fates) {
      print(`${String(numbers.length).padStart(7)} ${fate}${
        TAKEN.includes(fate) ? '' : ` (lines ${numbers.slice(0, 4).join(', ')}${numbers.length > 4 ? ', …' : ''})`
      }`)
    }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'wms-demo-'))
  const receiver = await startReceiver(RECEIVER.username, RECEIVER.password)
  const service = await startService({
    DATA_DIR: dataDir, PORT: '0', OPERATOR_EMAIL: OPERATOR.email, OPERATOR_PASSWORD: OPERATOR.password, WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8', LOG_LEVEL: 'warn'
  })
  try {
    print(`\nservice at ${service.url}, receiver at ${receiver.url}`)
    const operator = await signIn(() => service.url)
    const client = await prepare(operator, receiver.url)
    const erp = createErp(() => service.url, client.clientId, client.clientSecret)
    const clock = stopwatch()
    await runMonth(erp, plan, progress(receiver))
    const seconds = clock()
    print(`the ERP made ${erp.ledger.requestIds.length} calls in ${seconds.toFixed(1)} s, ${Math.round(erp.ledger.requestIds.length / seconds)} a second`)
    await settle(operator, () => receiver.entries.size, 60_000)
    print(`the last of ${receiver.entries.size} webhooks was received ${(clock() - seconds).toFixed(1)} s later`)
    const reader = await readerOf(operator, () => service.url)
    const table = await reconcile({
      plan, expected: expectedFrom(plan), erp: erp.ledger, receiver, operator, client: reader, clientId: client.id, interrupted: false
    })
    print(`all books were read and compared at ${clock().toFixed(1)} s\n`)
    const fated = [...plan.fates.values()].flat()
    const fates = line(
      'lines of the file / with exactly one fate',
      retail.lines.length,
      new Set(fated).size,
      fated.length === retail.lines.length && new Set(fated).size === fated.length
    )
    printTable([...onlyProducts ? [] : [fates], ...table], print)
    erp.ledger.unexpected.slice(0, 5).forEach(print)
    return table.every(({ ok }) => ok)
  } finally {
    await service.stop()
    await receiver.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** What an ERP does that only keeps its products here. */
function productsOf (plan: Plan): Plan {
  return { ...plan, opening: [], steps: [], scarce: new Set(), batches: new Set(), fates: new Map([[ORDERED, []]]) }
}

function stopwatch (): () => number {
  const startedAt = performance.now()
  return () => (performance.now() - startedAt) / 1000
}

/** A line every 500 products or orders. */
function progress (receiver: Ledger): OnBegin {
  return (kind, count) => {
    if ((kind === 'product' || kind === 'order') && count % 500 === 0) print(`  ${count} ${kind}s, ${receiver.entries.size} webhooks received`)
  }
}

main().then(ok => {
  print(ok ? '\nEverything balances.' : '\nIt does not balance.')
  process.exitCode = ok ? 0 : 1
}, (error: unknown) => {
  print(String(error instanceof Error ? error.message : error))
  process.exitCode = 1
})
