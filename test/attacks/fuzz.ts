// Random bytes and valid calls that were damaged, over raw sockets, for a while. The seed is printed: the same one sends the same bytes.
import type { Test } from 'tap'
import { dataDirectory, MAIN, run, settings, stop } from '../e2e/process.js'
import { waitFor } from '../../src/test-kit/wait.js'
import { send, socketsOf, times, type Leave } from './sockets.js'

const AT_ONCE = 20
const CALLS = [
  'GET /api/external/v1/products?limit=5&cursor=abc HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA\r\n\r\n',
  'POST /api/external/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ' +
    '68\r\n\r\ngrant_type=client_credentials&client_id=lwms_abcdefgh&client_secret=x',
  'POST /api/external/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: ' +
    'chunked\r\n\r\n10\r\n{"client_id":"a"}\r\n0\r\n\r\n',
  'POST /api/admin/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n\r\n{"email":"a@b","password":"12345678"}',
  'PATCH /api/admin/v1/operations/stock.adjust HTTP/1.1\r\nHost: x\r\nCookie: session=wmso_abc\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
  'GET /docs/json HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n',
  'CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  'GET http://x/health/ready HTTP/1.0\r\n\r\n'
]
const PIECES = ['\r\n', '\n', '\0', ':', ' ', '%00', '%', 'Content-Length: -1\r\n', 'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n', 'Host: y\r\n', 'Expect: x\r\n', 'HTTP/2.0', 'ffffffffffffffff\r\n', '\xff\xfe', '{"__proto__":{}}', 'Connection: close\r\n',
  'Upgrade: websocket\r\n', '\ud800']

/** mulberry32: small, and the same everywhere. */
function randomFrom (seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function damaged (random: (below: number) => number): Buffer {
  let bytes = Buffer.concat(Array.from({ length: 1 + random(3) }, () => Buffer.from(CALLS[random(CALLS.length)]!, 'latin1')))
  if (random(10) === 0) bytes = Buffer.from(Array.from({ length: random(2_000) }, () => random(256)))
  for (let change = random(6); change > 0 && bytes.length > 0; change--) {
    const at = random(bytes.length)
    const piece = Buffer.from(PIECES[random(PIECES.length)]!, 'latin1')
    if (random(3) === 0) bytes[at] = random(256)
    else if (random(2) === 0) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + random(40)))])
  }
  return bytes
}

/** Sends damaged calls for so long: the process lives, answers others, never says 500, and keeps no socket. */
export async function fuzz (t: Test, durationMs: number): Promise<void> {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
  t.comment(`FUZZ_SEED=${seed}`)
  const random = randomFrom(seed)
  const service = run(t, process.execPath, [MAIN], { ...settings(dataDirectory(t)), LOG_LEVEL: 'error' })
  const url = await service.ready()
  await times(20, 10, async () => await send(url, CALLS[5]!.replace('Host', 'Connection: close\r\nHost')))
  const before = socketsOf(service.child.pid!)
  const statuses = new Map<string, number>()
  const until = performance.now() + durationMs
  await times(Infinity, AT_ONCE, async () => {
    if (performance.now() > until || service.child.exitCode !== null) return 'done'
    const bytes = damaged(random)
    const leave = (['reset', 'end', 'end', 'wait'] as Leave[])[random(4)]!
    const text = await send(url, bytes, leave, leave === 'wait' ? 100 : 5_000)
    for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (/HTTP\/1\.1 500/.test(text)) t.fail('answered 500', { sent: bytes.toString('latin1'), text })
  })
  t.comment(Object.fromEntries(statuses))
  t.equal(service.child.exitCode, null, 'the process lives')
  t.ok([...statuses.values()].reduce((sum, count) => sum + count, 0) > 100, 'calls were answered')
  t.equal((await fetch(`${url}/health/ready`)).status, 200)
  await waitFor(() => socketsOf(service.child.pid!) <= before + 2, 'its sockets are closed')
  t.equal(service.errors(), '')
  t.equal(await stop(service), 0)
}
