// Tests of each operation, for the side that is given: clients and operators are answered alike.
import type { Test } from 'tap'
import type { Answer } from '../../../src/test-kit/service.js'
import { expected, newCode, newLocation, newWarehouse, refusal, type Side, type Yard } from './setup.js'

const ADDRESS = { street1: '1 Dock Road', postcode: 'E16 2BG', city: 'London', country: 'GB' }

export async function createsWarehouses (t: Test, { caller, prefix }: Side): Promise<void> {
  const URL = `${prefix}/warehouses`
  const full = {
    code: newCode('W'), name: 'North', address: ADDRESS, gln: '4012345000009', timezone: 'Europe/London', allowNegativeStock: true
  }
  const made = await caller.post(URL, full)
  const { id, version, createdAt, updatedAt, ...rest } = made.body
  t.match(made, { status: 201, headers: { etag: '"1"' } }, made.text)
  t.match(id, /^whs_[0-9A-Z]{26}$/)
  t.same([version, updatedAt], [1, createdAt])
  t.same(rest, { ...full, active: true, defaultReceivingLocation: null, defaultShippingLocation: null })
  t.same((await caller.get(`${URL}/${id as string}`)).body, made.body)
  t.match((await caller.post(URL, { code: newCode('W'), name: ' e\u0301 ' })).body, {
    name: 'é', address: null, gln: null, timezone: 'UTC', allowNegativeStock: false
  }, 'what is left out')
  t.same(refusal(await caller.post(URL, full)), [409, 'warehouse.code_taken', '/code'])
  for (
    const [fields, status, code, pointer] of [
      [{ gln: '4012345000000' }, 422, 'gln.check_digit', '/gln'],
      [{ gln: '12' }, 400, 'request.invalid', '/gln'],
      [{ timezone: 'Mars/Olympus' }, 422, 'warehouse.timezone', '/timezone'],
      [{ timezone: '+01:00' }, 422, 'warehouse.timezone', '/timezone'],
      [{ code: 'with space' }, 400, 'request.invalid', '/code'],
      [{ code: 'a:b' }, 400, 'request.invalid', '/code'],
      [{ name: ' ' }, 400, 'request.invalid', '/name'],
      [{ address: { planet: 'Mars' } }, 400, 'request.invalid', '/address/planet'],
      [{ active: false }, 400, 'request.invalid', '/active']
    ] as const
  ) {
    t.same(refusal(await caller.post(URL, { code: newCode('W'), name: 'x', ...fields })), [status, code, pointer], JSON.stringify(fields))
  }
}

export async function changesWarehouses (t: Test, yard: Yard, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id, code } = await newWarehouse(side)
  const url = `${prefix}/warehouses/${id as string}`
  const changed = await caller.patch(url, { name: 'Renamed', address: ADDRESS }, { 'if-match': '"1"' })
  t.match(changed, { status: 200, headers: { etag: '"2"' }, body: { id, code, name: 'Renamed', address: ADDRESS, version: 2 } }, changed.text)
  t.match(await caller.patch(url, { name: 'Renamed', address: ADDRESS }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.match(await caller.patch(url, { name: 'x' }, { 'if-match': '"1"' }), { status: 412, headers: { etag: '"2"' } })
  t.same(refusal(await caller.patch(url, { code: 'MAIN' })), [409, 'warehouse.code_taken', '/code'])
  t.same(refusal(await caller.patch(url, { timezone: 'Nowhere' })), [422, 'warehouse.timezone', '/timezone'])
  t.same(refusal(await caller.patch(url, { defaultReceivingLocation: 'NONE' })), [422, 'location.unknown', '/defaultReceivingLocation'])
  t.equal((await caller.patch(`${prefix}/warehouses/whs_none`, { name: 'x' })).status, 404)
  const dock = await newLocation(side, id, { type: 'shipping', receivable: false })
  t.equal(expected(await caller.get(url), 200).defaultReceivingLocation, null, 'goods from outside do not arrive there')
  const shelf = await newLocation(side, id)
  t.equal(expected(await caller.get(url), 200).defaultReceivingLocation, shelf.code, 'the first that takes goods')
  t.match(await caller.patch(url, { defaultShippingLocation: dock.code }), { status: 200, body: { defaultShippingLocation: dock.code } })
  const product = await yard.newProduct()
  const put = await yard.keeper.post('/api/external/v1/stock/adjustments', { reason: 'found', warehouse: code, lines: [{ sku: product.sku, delta: 2 }] })
  t.equal(put.status, 201, put.text)
  t.same(refusal(await caller.patch(url, { active: false })), [409, 'warehouse.in_use', '/active'], 'something lies in it')
  const out = await yard.keeper.post('/api/external/v1/stock/adjustments', {
    reason: 'lost', note: 'x', warehouse: code, lines: [{ sku: product.sku, delta: -2 }]
  })
  t.equal(out.status, 201, out.text)
  t.match(await caller.patch(url, { active: false }), { status: 200, body: { active: false } })
  t.same(
    refusal(await yard.keeper.post('/api/external/v1/stock/adjustments', { reason: 'found', warehouse: code, lines: [{ sku: product.sku, delta: 2 }] })),
    [422, 'warehouse.archived', '/warehouse']
  )
  t.match(await caller.patch(url, { active: true }), { status: 200, body: { active: true } })
  t.same(refusal(await caller.patch(url, {})), [400, 'request.invalid', ''])
}

export async function readsWarehouses (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id, code } = await newWarehouse(side)
  const byId = await caller.get(`${prefix}/warehouses/${id as string}`)
  t.match(byId, { status: 200, headers: { etag: '"1"' }, body: { id, code } })
  t.same((await caller.get(`${prefix}/warehouses/code:${code as string}`)).body, byId.body)
  for (const name of ['whs_none', 'code:NONE', 'code:', code]) {
    t.match(await caller.get(`${prefix}/warehouses/${name as string}`), { status: 404, body: { code: 'warehouse.not_found' } }, name)
  }
}

export async function listsWarehouses (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const URL = `${prefix}/warehouses`
  const first = await newWarehouse(side)
  const { asOf } = expected(await caller.get(`${URL}?limit=1`), 200)
  const codes: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = expected(await caller.get(`${URL}?limit=2${cursor === '' ? '' : `&cursor=${cursor as string}`}`), 200)
    codes.push(...page.data.map((row: { code: string }) => row.code))
    cursor = page.nextCursor
  }
  t.same(codes, [...new Set(codes)].sort(), 'each once, by code')
  t.ok(codes.includes(first.code) && codes.includes('MAIN'))
  expected(await caller.patch(`${URL}/${first.id as string}`, { active: false }), 200)
  const ids = async (query: string): Promise<string[]> => expected(await caller.get(`${URL}?limit=200&${query}`), 200).data.map((row: { id: string }) => row.id)
  t.same([(await ids('active=true')).includes(first.id), await ids('active=false')], [false, [first.id]])
  t.ok((await ids(`updatedSince=${asOf as string}`)).includes(first.id), 'changed since')
  t.same(await ids('updatedSince=2099-01-01T00:00:00.000Z'), [])
  t.equal((await caller.get(`${URL}?cursor=nonsense`)).status, 400)
}

export async function createsLocations (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id: warehouse, code: warehouseCode } = await newWarehouse(side)
  const URL = `${prefix}/warehouses/${warehouse as string}/locations`
  const parent = await newLocation(side, warehouse)
  const full = {
    code: newCode('L'),
    barcode: 'SCAN-1',
    type: 'picking',
    zone: 'A',
    parent: parent.code,
    pickable: false,
    sellable: false,
    receivable: false,
    pickPriority: 7,
    locked: true,
    lockReason: 'Broken rack',
    allowMixedProducts: false,
    allowMixedBatches: false,
    maxWeightG: 500_000
  }
  const made = await caller.post(URL, full)
  t.equal(made.status, 201, made.text)
  const { id, version, createdAt, updatedAt, ...rest } = made.body
  t.match(id, /^loc_[0-9A-Z]{26}$/)
  t.same([version, updatedAt], [1, createdAt])
  t.same(rest, { warehouse: { id: warehouse, code: warehouseCode }, ...full, active: true })
  t.match((await caller.post(URL, { code: newCode('L') })).body, {
    barcode: null,
    type: 'storage',
    parent: null,
    pickable: true,
    sellable: true,
    receivable: true,
    pickPriority: 0,
    locked: false,
    lockReason: null,
    allowMixedProducts: true,
    allowMixedBatches: true,
    maxWeightG: null
  }, 'what is left out')
  t.same(refusal(await caller.post(URL, { code: full.code })), [409, 'location.code_taken', '/code'])
  t.equal((await caller.post(`${prefix}/warehouses/code:MAIN/locations`, { code: full.code })).status, 201, 'another warehouse has codes of its own')
  t.equal((await caller.post(`${prefix}/warehouses/whs_none/locations`, { code: 'X' })).status, 404)
  for (const [fields, status, code, pointer] of [
    [{ parent: 'NONE' }, 422, 'location.unknown', '/parent'], [{ lockReason: 'because' }, 422, 'location.lock_reason', '/lockReason'],
    [{ type: 'attic' }, 400, 'request.invalid', '/type'], [{ maxWeightG: 0 }, 400, 'request.invalid', '/maxWeightG'],
    [{ pickPriority: -1 }, 400, 'request.invalid', '/pickPriority'], [{ colour: 'red' }, 400, 'request.invalid', '/colour']
  ] as const) {
    t.same(refusal(await caller.post(URL, { code: newCode('L'), ...fields })), [status, code, pointer], JSON.stringify(fields))
  }
}

export async function readsLocations (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id: warehouse, code } = await newWarehouse(side)
  const made = await newLocation(side, warehouse)
  const byId = await caller.get(`${prefix}/locations/${made.id as string}`)
  t.match(byId, { status: 200, headers: { etag: '"1"' }, body: made })
  t.same((await caller.get(`${prefix}/locations/code:${code as string}:${made.code as string}`)).body, byId.body)
  for (const name of ['loc_none', `code:${made.code as string}`, `code:MAIN:${made.code as string}`, 'code:', made.code]) {
    t.match(await caller.get(`${prefix}/locations/${name as string}`), { status: 404, body: { code: 'location.not_found' } }, name)
  }
}

export async function listsLocations (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id } = await newWarehouse(side)
  const URL = `${prefix}/warehouses/${id as string}/locations`
  const made: Array<Answer['body']> = []
  for (const fields of [{ zone: 'A' }, { zone: 'A', type: 'quality' }, { zone: 'B', locked: true, lockReason: 'wet' }, { barcode: 'SCAN-9' }]) {
    made.push(await newLocation(side, id, fields))
  }
  const codes = async (query: string): Promise<string[]> => expected(await caller.get(`${URL}?${query}`), 200).data.map((row: { code: string }) => row.code)
  const of = (...which: number[]): string[] => which.map(at => made[at].code).sort()
  t.same(await codes(''), of(0, 1, 2, 3))
  t.same(await codes('zone=A'), of(0, 1))
  t.same(await codes('type=quality'), of(1))
  t.same(await codes('locked=true'), of(2))
  t.same(await codes('q=scan'), of(3))
  t.same(await codes(`q=${made[0].code as string}`), of(0))
  t.same(await codes('q=%25'), [], 'no pattern')
  const page = expected(await caller.get(`${URL}?limit=3`), 200)
  t.same(
    expected(await caller.get(`${URL}?limit=3&cursor=${page.nextCursor as string}`), 200).data.map((row: { code: string }) => row.code), of(0, 1, 2, 3).slice(3)
  )
  t.equal(
    (await caller.get(`${prefix}/warehouses/code:MAIN/locations?limit=3&cursor=${page.nextCursor as string}`)).status, 400, 'a cursor of another warehouse'
  )
  t.equal((await caller.get(`${prefix}/warehouses/whs_none/locations`)).status, 404)
}

export async function changesLocations (t: Test, side: Side): Promise<void> {
  const { caller, prefix } = side
  const { id: warehouse } = await newWarehouse(side)
  const [root, part] = [await newLocation(side, warehouse), await newLocation(side, warehouse)]
  const urlOf = ({ id }: { id: string }): string => `${prefix}/locations/${id}`
  const changed = await caller.patch(urlOf(part), { parent: root.code, zone: ' A ', locked: true, lockReason: 'wet' }, { 'if-match': '"1"' })
  t.match(changed, { status: 200, headers: { etag: '"2"' }, body: { parent: root.code, zone: 'A', locked: true, lockReason: 'wet' } }, changed.text)
  t.match(await caller.patch(urlOf(part), { zone: 'A' }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.equal((await caller.patch(urlOf(part), { zone: 'B' }, { 'if-match': '"1"' })).status, 412)
  t.match((await caller.patch(urlOf(part), { locked: false })).body, { locked: false, lockReason: null }, 'the reason goes with the lock')
  t.same(refusal(await caller.patch(urlOf(root), { parent: part.code })), [422, 'location.own_part', '/parent'])
  t.same(refusal(await caller.patch(urlOf(root), { parent: root.code })), [422, 'location.own_part', '/parent'])
  t.same(refusal(await caller.patch(urlOf(root), { active: false })), [409, 'location.in_use', '/active'], 'it has parts')
  t.match((await caller.patch(urlOf(part), { active: false })).body, { active: false })
  t.same(refusal(await caller.patch(urlOf(root), { active: false })), [409, 'location.in_use', '/active'], 'goods arrive there')
  t.same(refusal(await caller.patch(urlOf(root), { code: part.code })), [409, 'location.code_taken', '/code'])
  t.equal((await caller.patch(urlOf({ id: 'loc_none' }), { zone: 'A' })).status, 404)
}
