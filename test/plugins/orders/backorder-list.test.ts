// GET /backorders
import t from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { API, openDesk } from './setup.js'

const desk = await openDesk(t)
const { erp } = desk

t.test('200 – the list of backorders: filters, pages', async t => {
  const { sku, id: productId } = await desk.stocked(0)
  const order = await desk.order([{ sku, qty: 1, externalLineRef: 'a' }, { sku, qty: 2 }])
  const list = async (query: string): Promise<Answer> => await erp.get(`${API}/backorders?${query}`)
  const all = await list(`product=${productId}`)
  t.match(all.body.data, [
    {
      orderId: order.id,
      orderNumber: order.number,
      externalRef: order.externalRef,
      lineNo: 1,
      externalLineRef: 'a',
      sku,
      productId,
      qtyOrdered: 1,
      qtyBackordered: 1,
      isNext: true,
      priority: 5,
      warehouse: { code: 'MAIN' }
    },
    { lineNo: 2, qtyBackordered: 2 }
  ])
  const page = await list(`order=ref:${order.externalRef as string}&limit=1`)
  t.match(page.body.data, [{ lineNo: 1 }])
  t.match((await list(`order=ref:${order.externalRef as string}&limit=1&cursor=${page.body.nextCursor as string}`)).body, {
    data: [{ lineNo: 2 }], nextCursor: null
  })
  t.equal((await list('order=ref:no one')).status, 404)
  t.equal((await list('product=sku:no one')).status, 404)
  t.equal((await list('warehouse=nowhere')).status, 400)
  t.equal((await desk.foreign.get(`${API}/backorders`)).body.data.length, 0)
})
