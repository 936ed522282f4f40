// Tests of each operation, for the side that is given: clients and operators are answered alike.
import type { Test } from 'tap'
import { buildTestApp, type Answer, type Caller } from '../../../src/test-kit/service.js'

export const PARTNERS = '/api/external/v1/partners'
const ADMIN = '/api/admin/v1/partners'

interface Side { caller: Caller, url: string }
interface Desk { sides: { client: Side, operator: Side }, wms: Awaited<ReturnType<typeof buildTestApp>> }

let made = 0
export const newCode = (): string => `P-${++made}`

export async function openPartners (t: Test): Promise<Desk> {
  const wms = await buildTestApp(t)
  const caller = await wms.newClient()
  return { wms, sides: { client: { caller, url: PARTNERS }, operator: { caller: wms.operator, url: ADMIN } } }
}

/** Status, code and pointer of a refusal. */
export const refusal = ({ status, body }: Answer): [number, string, string | undefined] => [status, body.code, body.errors?.[0].pointer]

export async function newPartner ({ caller, url }: Side, fields: object = {}): Promise<Answer['body']> {
  const answer = await caller.post(url, { code: newCode(), name: 'A partner', roles: ['supplier'], ...fields })
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body
}

const ADDRESS = { type: 'pickup', street1: '1 Dock Road', postcode: 'E16 2BG', city: 'London', country: 'GB' }

export async function createsPartners (t: Test, { caller, url }: Side): Promise<void> {
  const full = {
    code: newCode(),
    name: 'Lantern Works Ltd',
    roles: ['customer', 'supplier'],
    externalRef: `ERP-${made}`,
    taxId: 'GB123456789',
    gln: '4012345000009',
    email: 'goods@example.com',
    phone: '+44 20 7946 0000',
    addresses: [ADDRESS],
    minShelfLifeShipDays: 90,
    attributes: { incoterm: 'DAP' }
  }
  const answer = await caller.post(url, full)
  const { id, ownerId, version, createdAt, updatedAt, ...rest } = answer.body
  t.match(answer, { status: 201, headers: { etag: '"1"' } }, answer.text)
  t.match(id, /^par_[0-9A-Z]{26}$/)
  t.same([ownerId, version, updatedAt], ['own_00000000000000000000000000', 1, createdAt])
  t.same(rest, { ...full, active: true })
  t.match((await caller.post(url, { code: newCode(), name: ' e\u0301 ', roles: ['carrier'] })).body, {
    name: 'é', externalRef: null, addresses: [], minShelfLifeShipDays: null, attributes: {}
  }, 'what is left out')
  t.same(refusal(await caller.post(url, { ...full, externalRef: null })), [409, 'partner.code_taken', '/code'])
  t.same(refusal(await caller.post(url, { ...full, code: newCode() })), [409, 'partner.external_ref_taken', '/externalRef'])
  for (
    const [fields, status, code, pointer] of [
      [{ gln: '4012345000000' }, 422, 'gln.check_digit', '/gln'],
      [{ roles: [] }, 400, 'request.invalid', '/roles'],
      [{ roles: ['friend'] }, 400, 'request.invalid', '/roles/0'],
      [{ code: 'with space' }, 400, 'request.invalid', '/code'],
      [{ email: 'nobody' }, 400, 'request.invalid', '/email'],
      [{ addresses: [{ planet: 'Mars' }] }, 400, 'request.invalid', '/addresses/0/planet'],
      [{ minShelfLifeShipDays: 3 }, 422, 'partner.shelf_life', '/minShelfLifeShipDays'],
      [{ attributes: { long: 'x'.repeat(17_000) } }, 422, 'partner.attributes_too_large', '/attributes']
    ] as const
  ) {
    t.same(refusal(await caller.post(url, { code: newCode(), name: 'x', roles: ['supplier'], ...fields })), [status, code, pointer], JSON.stringify(fields))
  }
}

export async function changesPartners (t: Test, side: Side): Promise<void> {
  const { caller, url } = side
  const partner = await newPartner(side, { externalRef: `R-${newCode()}`, phone: '1', attributes: { a: 1, b: 2 } })
  const own = `${url}/${partner.id as string}`
  t.match(await caller.patch(own, { name: 'Renamed', phone: null, attributes: { b: null, c: 3 } }, { 'if-match': '"1"' }), {
    status: 200, headers: { etag: '"2"' }, body: { name: 'Renamed', phone: null, attributes: { a: 1, c: 3 }, externalRef: partner.externalRef }
  })
  t.match(await caller.patch(own, { name: 'Renamed' }), { status: 200, headers: { etag: '"2"' } }, 'no change, no version')
  t.equal((await caller.patch(own, { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  const other = await newPartner(side)
  t.same(refusal(await caller.patch(own, { code: other.code })), [409, 'partner.code_taken', '/code'])
  t.same(refusal(await caller.patch(own, {})), [400, 'request.invalid', ''])
  t.match(await caller.patch(`${url}/code:${partner.code as string}`, { active: false }), { status: 200, body: { active: false } }, 'archived')
  t.equal((await caller.patch(`${url}/par_none`, { name: 'x' })).status, 404)
}

export async function readsPartners (t: Test, side: Side): Promise<void> {
  const { caller, url } = side
  const partner = await newPartner(side, { externalRef: `R-${newCode()}` })
  for (const name of [partner.id, `code:${partner.code as string}`, `ref:${partner.externalRef as string}`]) {
    t.match(await caller.get(`${url}/${name as string}`), { status: 200, headers: { etag: '"1"' }, body: partner }, name)
  }
  for (const name of ['par_none', 'code:NONE', 'ref:NONE']) {
    t.match(await caller.get(`${url}/${name}`), { status: 404, body: { code: 'partner.not_found' } }, name)
  }
}

export async function listsPartners (t: Test, side: Side): Promise<void> {
  const { caller, url } = side
  const [first, second] = [await newPartner(side, { name: 'Zebra', externalRef: `R-${newCode()}` }), await newPartner(side, { roles: ['carrier'] })]
  const ids = async (query: string): Promise<string[]> => {
    const answer = await caller.get(`${url}?limit=200&${query}`)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body.data.map(({ id }: { id: string }) => id)
  }
  t.same(await ids('q=zeb'), [first.id])
  t.same(await ids('role=carrier'), [second.id])
  t.same(await ids(`code=${first.code as string}&code=${second.code as string}`), [first.id, second.id])
  t.same(await ids(`externalRef=${first.externalRef as string}`), [first.id])
  await caller.patch(`${url}/${second.id as string}`, { active: false })
  t.same([await ids('role=carrier&active=true'), await ids('role=carrier&active=false')], [[], [second.id]])
  t.same(await ids('updatedSince=2099-01-01T00:00:00.000Z'), [])
  const { body } = await caller.get(`${url}?limit=1`)
  t.match((await caller.get(`${url}?limit=1&cursor=${body.nextCursor as string}`)).body.data, [{ id: second.id }], 'the next page')
  t.equal((await caller.get(`${url}?cursor=nonsense`)).status, 400)
}
