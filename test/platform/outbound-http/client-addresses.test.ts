import t from 'tap'
import { clientFor, closedPort, httpReceiver } from './receivers.js'

const post = (url: string) => ({ url, headers: { authorization: 'Basic CANARY' }, body: 'x' })

t.test('the address that was judged is the one connected to', async t => {
  const hosts: Array<string | undefined> = []
  const receiver = await httpReceiver(t, (request, reply) => { hosts.push(request.headers.host); reply.end('ok') })
  const client = clientFor(t, { resolve: async () => ['127.0.0.1'] })
  const outcome = await client.post(post(`http://only-in-the-test.invalid:${receiver.port}/`))
  t.match(outcome, { status: 200, remoteAddress: '127.0.0.1' })
  t.same(hosts, [`only-in-the-test.invalid:${receiver.port}`])
})

t.test('DNS rebinding – a name that turns inwards is refused at its next connect, and nothing is sent', async t => {
  let served = 0
  const receiver = await httpReceiver(t, (_request, reply) => { served++; reply.writeHead(200, { connection: 'close' }).end() })
  const answers = [['127.0.0.1'], ['127.0.0.2'], ['::ffff:127.0.0.2'], ['127.0.0.1', '127.0.0.2'], ['127.0.0.1', '::1']]
  const client = clientFor(t, { allowCidrs: ['127.0.0.1/32'], resolve: async () => answers.shift() ?? [] })
  const url = `http://rebind.test:${receiver.port}/`
  t.match(await client.post(post(url)), { status: 200, errorClass: null })
  t.match(await client.post(post(url)), {
    status: null,
    errorClass: 'refused_address',
    remoteAddress: '127.0.0.2',
    errorMessage: 'The address 127.0.0.2 is not public (loopback) and not in the allow list.'
  })
  t.match(await client.post(post(url)), { errorClass: 'refused_address', remoteAddress: '::ffff:127.0.0.2' })
  t.match(await client.post(post(url)), { errorClass: 'refused_address', remoteAddress: '127.0.0.2' }, 'one bad answer refuses all')
  t.match(await client.post(post(url)), { errorClass: 'refused_address', remoteAddress: '::1' })
  t.equal(served, 1)
  t.equal(receiver.connections(), 1)
})

t.test('addresses in the URL are judged too, in every spelling', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t, { allowCidrs: [] })
  for (
    const host of ['127.0.0.1', '2130706433', '0x7f.1', '127.1', '0', '[::1]', '[::ffff:127.0.0.1]', '[::7f00:1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]',
      '169.254.169.254', '[fd00:ec2::254]']
  ) {
    for (const scheme of ['http', 'https']) {
      const outcome = await client.post(post(`${scheme}://${host}:${receiver.port}/`))
      t.match(outcome, { status: null, errorClass: 'refused_address', body: '' }, `${scheme} ${host}`)
    }
  }
  t.equal(receiver.connections(), 0)
})

t.test('plain http to a public address is refused, also when the name was private at save', async t => {
  const client = clientFor(t, { resolve: async () => ['93.184.216.34'] })
  t.match(await client.post(post('http://erp.test/')), {
    errorClass: 'refused_address', errorMessage: /Plain http is only for addresses in the allow list, and 93\.184\.216\.34/
  })
  t.match(await client.post(post('http://93.184.216.34/')), { errorClass: 'refused_address', remoteAddress: '93.184.216.34' })
})

t.test('a URL that would not be saved is not called either', async t => {
  const client = clientFor(t)
  for (const url of ['', 'nonsense', 'ftp://127.0.0.1/', 'https://u:p@127.0.0.1/', 'https://127.0.0.1:22/', 'https://127.0.0.1/#x']) {
    const outcome = await client.post(post(url))
    t.match(outcome, { status: null, errorClass: 'refused_address', remoteAddress: null }, url)
    t.notOk(outcome.errorMessage?.includes('u:p'))
  }
})

t.test('several addresses – the next one is tried', async t => {
  const receiver = await httpReceiver(t, (_request, reply) => { reply.end() })
  const client = clientFor(t, { resolve: async () => ['127.0.0.9', '127.0.0.1'] })
  t.match(await client.post(post(`http://two.test:${receiver.port}/`)), { status: 200, remoteAddress: '127.0.0.1' })
  const none = await client.post(post(`http://two.test:${await closedPort()}/`))
  t.match(none, { errorClass: 'connect', errorMessage: /ECONNREFUSED 127\.0\.0\.9/ })
})

t.test('dns – no such name, no answer in time', async t => {
  const failing = clientFor(t, {
    resolve: async () => {
      throw Object.assign(new Error('x'), { code: 'ENOTFOUND' })
    }
  })
  t.match(await failing.post(post('https://gone.test/')), {
    status: null, errorClass: 'dns', errorMessage: 'DNS lookup of gone.test: ENOTFOUND', remoteAddress: null
  })
  const silent = clientFor(t, { resolve: () => new Promise(() => {}), timeouts: { dnsMs: 40 } })
  const outcome = await silent.post(post('https://slow.test/'))
  t.match(outcome, { errorClass: 'dns', errorMessage: 'DNS lookup of slow.test took longer than 40 ms' })
  t.ok(outcome.timings.totalMs < 1_000)
})

t.test('many connections to one name ask DNS once', async t => {
  let asked = 0
  const receiver = await httpReceiver(t, (_request, reply) => { setTimeout(() => reply.end(), 5) })
  const client = clientFor(t, { resolve: async () => { asked++; return ['127.0.0.1'] } })
  await Promise.all(Array.from({ length: 10 }, () => client.post(post(`http://erp.test:${receiver.port}/`))))
  t.equal(receiver.connections(), 10)
  t.equal(asked, 1)
})
