// Callers that take their time on purpose.
import t from 'tap'
import { connect, type Socket } from 'node:net'
import { buildTestApp } from '../../src/test-kit/service.js'

t.setTimeout(120_000)
t.test('48 – slow headers and slow bodies are closed by the service, and health answers meanwhile', async t => {
  const wms = await buildTestApp(t)
  const url = new URL(await wms.listen())
  let closed = 0
  const sockets: Socket[] = Array.from({ length: 200 }, (_, at) => {
    const socket = connect({ host: url.hostname, port: Number(url.port) })
    socket.on('error', () => {}).on('close', () => {
      closed++
    }).resume()
    socket.write(at % 2 === 0
      ? 'GET / HTTP/1.1\r\nHost: x\r\n'
      : 'POST /api/external/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{')
    return socket
  })
  const trickle = setInterval(() => { for (const socket of sockets) if (socket.writable) socket.write('a') }, 1_000)
  t.teardown(() => { clearInterval(trickle); sockets.forEach(socket => { socket.destroy() }) })
  await wms.waitFor(async () => {
    t.equal((await fetch(`${url.href}health/ready`)).status, 200)
    await new Promise(resolve => setTimeout(resolve, 500))
    return closed === sockets.length
  }, 'the end of all of them')
})
