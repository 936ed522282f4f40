import t from 'tap'
import { openTrade } from '../warehouse/setup.js'

const trade = await openTrade(t)

t.test('200 – all owners by code, for a viewer too', async t => {
  const { rows } = await trade.db.query<{ id: string }>('SELECT "id" FROM "Owner" ORDER BY "code"')
  const { status, body } = await trade.viewer.get('/api/admin/v1/owners')
  t.equal(status, 200)
  t.ok(rows.length >= 3)
  t.same(body.data.map(({ id }: { id: string }) => id), rows.map(({ id }) => id))
  t.match(body.data.find(({ code }: { code: string }) => code === 'default'), { name: 'Default owner' })
})

t.test('200 – also one that is not active any more: what it had is still there', async t => {
  await trade.db.query('UPDATE "Owner" SET "active" = false WHERE "id" = $1', [trade.foreignProduct.ownerId])
  t.match((await trade.operator.get('/api/admin/v1/owners')).text, trade.foreignProduct.ownerId)
})
