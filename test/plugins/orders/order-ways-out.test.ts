// No state of an order is a dead end: goods that turned out bad, or are not found, get out of it, and the rest goes on.
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { eventsOf } from './floor.js'
import { openDesk, ORDERS, SHIPMENTS } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk
await desk.switchOperation('batch.setStatus', true)
await desk.setting('batch.setStatus', { autoReleaseAllocations: false })

const read = async (id: string): Promise<Answer['body']> => (await erp.get(`${ORDERS}/${id}`)).body
const ok = (answer: Answer): Answer['body'] => {
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
const batchOf = async (sku: string, code: string): Promise<string> => {
  const { data } = (await erp.get(`/api/external/v1/batches?product=${encodeURIComponent(`sku:${sku}`)}`)).body
  return (data as Array<{ id: string, code: string }>).find(batch => batch.code === code)!.id
}
const setStatus = async (sku: string, code: string, status: string): Promise<Answer['body']> =>
  ok(await erp.post(`/api/external/v1/batches/${await batchOf(sku, code)}/status`, { status, reason: 'Test' }))

/** Makes a batch bad in one of the ways in which it can be. */
const WAYS_TO_BE_BAD: ReadonlyArray<[string, (sku: string, code: string) => Promise<unknown>]> = [
  ...(['quarantined', 'blocked', 'recalled'] as const).map((
    status
  ): [string, (sku: string, code: string) => Promise<unknown>] => [status, async (sku, code) => await setStatus(sku, code, status)]),
  ['expired', async (sku, code) => await desk.db.query('UPDATE "Batch" SET "expiryDate" = \'2020-01-01\' WHERE "id" = $1', [await batchOf(sku, code)])]
]

/** Line 1 is good, line 2 has 4 of batch BAD at the stage; of line 1 a part has left or not. Batch GOOD has more of the product of line 2. */
async function orderWith (stage: 'allocated' | 'picked' | 'packed', hasLeft: boolean): Promise<{ id: string, sku: string }> {
  const { sku: plain } = await desk.stocked(10)
  const { sku } = await desk.stocked([['BAD', '2030-01-01', 4], ['GOOD', '2031-01-01', 10]])
  const { id } = await desk.order([{ sku: plain, qty: 3 }, { sku, qty: 4 }])
  ok(await desk.step(id, 'release'))
  ok(await desk.step(id, 'pick', { lines: [{ lineNo: 1 }] }))
  if (hasLeft) {
    ok(await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1, qty: 1 }] }] }))
    ok(await desk.step(id, 'ship'))
  }
  if (stage !== 'allocated') ok(await desk.step(id, 'pick', { lines: [{ lineNo: 2 }] }))
  if (stage === 'packed') ok(await desk.step(id, 'pack'))
  return { id, sku }
}

/** A call that an error names, as a client would make it. */
const CALLS: Record<string, (id: string) => Promise<Answer>> = {
  'POST /orders/{id}/deallocate': async id => await desk.step(id, 'deallocate', { lines: [{ lineNo: 2 }] }),
  'POST /orders/{id}/substitute': async id => await desk.step(id, 'substitute', { lines: [{ lineNo: 2, batch: 'BAD' }] }),
  'POST /orders/{id}/cancel with lines': async id => await desk.step(id, 'cancel', { lines: [{ lineNo: 2 }] }),
  'POST /orders/{id}/unpick': async id => await desk.step(id, 'unpick', { lines: [{ lineNo: 2 }], to: 'quarantine', reason: 'Bad' }),
  'POST /orders/{id}/unpack': async id => await desk.step(id, 'unpack')
}
const waysOf = (answer: Answer): string[] => /: ([^:]+)\.$/.exec(answer.body.detail as string)![1]!.split(', or ')

/** Goes on until all of the order that can leave has left. @returns the status that it ends with */
async function finish (id: string, badGoes: (id: string) => Promise<void>): Promise<string> {
  for (let round = 0; round < 12; round++) {
    const { status, lines } = await read(id)
    if (status === 'shipped' || status === 'cancelled') return status
    const has = (quantity: string): boolean => (lines as Array<Record<string, number>>).some(line => line[quantity]! > 0)
    const step = status === 'open' ? 'release' : has('qtyAllocated') ? 'pick' : has('qtyPicked') ? 'pack' : has('qtyPacked') ? 'ship' : 'allocate'
    const answer = await desk.step(id, step)
    if (answer.status === 409 && answer.body.code === 'allocation.not_good') await badGoes(id)
    else ok(answer)
  }
  throw new Error(`order ${id} comes to no end: ${JSON.stringify(await read(id))}`)
}

for (const [bad, spoil] of WAYS_TO_BE_BAD) {
  for (const hasLeft of [false, true]) {
    for (const stage of ['allocated', 'picked', 'packed'] as const) {
      t.test(`a batch that is ${bad} and ${stage}${hasLeft ? ', after a part has left' : ''}: every way out that is named is open, to the end`, async t => {
        const { id: first, sku: firstSku } = await orderWith(stage, hasLeft)
        await spoil(firstSku, 'BAD')
        const blocked = stage === 'allocated' ? await desk.step(first, 'pick', { lines: [{ lineNo: 2 }] }) : await desk.step(first, 'ship')
        // What is picked and not packed is packed by the call that ships it.
        t.match(blocked, { status: 409, body: { code: 'allocation.not_good', detail: /batch BAD/ } })
        const ways = waysOf(blocked)
        t.ok(ways.length > 0 && ways.every(way => way in CALLS), ways.join(' | '))
        for (const way of ways) {
          const { id, sku } = await orderWith(stage, hasLeft)
          await spoil(sku, 'BAD')
          const answer = await CALLS[way]!(id)
          t.equal(answer.status, 200, `${way}: ${answer.text.slice(0, 300)}`)
          const ended = await finish(id, async id => {
            const { lines: [, line] } = await read(id)
            if (line.qtyPacked > 0) ok(await CALLS['POST /orders/{id}/unpack']!(id))
            ok(await CALLS[line.qtyPacked + line.qtyPicked > 0 ? 'POST /orders/{id}/unpick' : 'POST /orders/{id}/deallocate']!(id))
          })
          t.equal(ended, 'shipped', way)
          const batches = (await erp.get(`${SHIPMENTS}?order=${id}&status=shipped`)).body.data.flatMap((
            shipment: { parcels: Array<{ items: Array<{ batch: string | null }> }> }
          ) => shipment.parcels.flatMap(parcel => parcel.items.map(item => item.batch)))
          t.notOk(batches.includes('BAD'), 'nothing bad has left')
        }
        await desk.checkOrders(t)
      })
    }
  }
}

t.test('parcel 1 has left, lines 2 and 3 are packed together, line 3 is recalled: it goes out of its parcel and the good one leaves', async t => {
  const { sku: plain } = await desk.stocked(10)
  const { sku } = await desk.stocked([['BAD', '2030-01-01', 2]])
  const { id } = await desk.order([{ sku: plain, qty: 1 }, { sku: plain, qty: 1 }, { sku, qty: 2 }])
  await desk.bring(id, 'picked')
  ok(await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 1 }] }] }))
  ok(await desk.step(id, 'ship'))
  const { shipments: [together] } = ok(await desk.step(id, 'pack', { parcels: [{ items: [{ lineNo: 2 }, { lineNo: 3 }] }] }))
  const { affected } = (await setStatus(sku, 'BAD', 'recalled'), (await eventsOf(desk, await batchOf(sku, 'BAD'))).at(-1)!.data as { affected: object })
  t.match(affected, { packed: [{ orderId: id, shipmentId: together.id, parcelNo: 1, lineNo: 3, qty: 2 }] }, 'the recall names the parcel')
  t.match(await desk.step(id, 'ship'), { status: 409, body: { code: 'allocation.not_good', detail: new RegExp(`Line 3 .*${together.id as string}.*unpack`) } })
  t.match(await desk.step(id, 'unpack', { shipments: [together.id], reason: 'Recall' }), {
    status: 200, body: { status: 'partially_shipped', lines: [{}, { qtyPicked: 1 }, { qtyPicked: 2 }] }
  })
  t.match(await desk.step(id, 'unpick', { lines: [{ lineNo: 3 }], to: 'quarantine' }), {
    status: 200, body: { lines: [{}, { qtyPicked: 1 }, { qtyPicked: 0, qtyOpen: 2, qtyBackordered: 2 }] }
  })
  t.match(await desk.stockOf(sku), { onHand: 2, reserved: 0, available: 0, unavailable: { quarantine: 2 } })
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'partially_shipped', lines: [{ qtyShipped: 1 }, { qtyShipped: 1 }, {}] } })
  t.match(await desk.step(id, 'cancel', { lines: [{ lineNo: 3 }], reason: 'Recalled' }), {
    status: 200, body: { status: 'shipped', lines: [{}, {}, { qtyCancelled: 2 }] }
  }, 'a line is dropped, and the order is complete')
  await desk.checkOrders(t)
})

t.test('short pick: the rest is deallocated and kept for people to count, and other stock is found', async t => {
  const { sku } = await desk.stocked([['A', '2030-01-01', 4], ['B', '2031-01-01', 2]])
  const { id } = await desk.order([{ sku, qty: 4 }])
  ok(await desk.step(id, 'release'))
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 1, shortReason: 'Three were broken' }] }), {
    status: 200,
    body: {
      status: 'picking',
      lines: [{
        qtyPicked: 1, qtyAllocated: 2, qtyBackordered: 1, allocations: [{ batch: 'A', stage: 'picked', qty: 1 }, { batch: 'B', stage: 'allocated', qty: 2 }]
      }]
    }
  })
  t.match(await desk.stockOf(sku), { onHand: 6, reserved: 3, available: 0, unavailable: { quality: 3 } })
  const { rows } = await desk.db.query('SELECT "type", "toStatus", "qty", "note" FROM "StockMovement" WHERE "docId" = $1 ORDER BY "seq" DESC LIMIT 1', [id])
  t.same(rows, [{ type: 'status_change', toStatus: 'quality', qty: 3, note: 'Three were broken' }])
  t.match(await desk.step(id, 'pick', { lines: [{ lineNo: 1, qty: 0, shortReason: 'Nothing there' }] }), {
    status: 200, body: { status: 'picked', lines: [{ qtyPicked: 1, qtyAllocated: 0, qtyBackordered: 3 }] }
  })
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'partially_shipped' } })
  await desk.checkOrders(t)
})

t.test('an order with nothing but services is released and shipped', async t => {
  const { sku } = await desk.stocked(0, { kind: 'service' })
  const { id } = await desk.order([{ sku, qty: 2 }])
  ok(await desk.step(id, 'release'))
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped', shipments: [], lines: [{ qtyShipped: 2, qtyOpen: 0 }] } })
  await desk.checkOrders(t)
})

t.test('parcels of an order that is packed in part can leave, while the rest is still picked', async t => {
  const { sku } = await desk.stocked(10)
  const { id } = await desk.order([{ sku, qty: 2 }, { sku, qty: 3 }])
  ok(await desk.step(id, 'release'))
  ok(await desk.step(id, 'pick', { lines: [{ lineNo: 1 }] }))
  t.match(await desk.step(id, 'pack'), { status: 200, body: { status: 'picking' } })
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'partially_shipped', lines: [{ qtyShipped: 2 }, { qtyAllocated: 3 }] } })
  ok(await desk.step(id, 'pick'))
  t.match(await desk.step(id, 'ship'), { status: 200, body: { status: 'shipped' } })
  await desk.checkOrders(t)
})
