import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/platform/outbound-http/client.js'
import { createTargetPolicy } from '../../../src/platform/outbound-http/policy.js'
import { certificate, privateKey } from './certificates.js'

export interface Receiver { port: number, url: string, connections: () => number }

/** A client that may reach loopback, closed at the end of the test. */
export function clientFor (t: Test, options: Partial<HttpClientOptions> & { allowCidrs?: string[] } = {}): HttpClient {
  const { allowCidrs = ['127.0.0.0/8', '::1'], ...rest } = options
  const client = createHttpClient({ policy: createTargetPolicy({ allowCidrs }), userAgent: 'wms-test/1', ...rest })
  t.teardown(() => client.close())
  return client
}

export async function httpReceiver (t: Test, listener: RequestListener): Promise<Receiver> {
  return await listen(t, createHttp(listener), 'http')
}

export async function httpsReceiver (t: Test, listener: RequestListener): Promise<Receiver> {
  return await listen(t, createHttps({ cert: certificate, key: privateKey }, listener), 'https')
}

/** A bare TCP server, for answers no HTTP server would give. */
export async function rawReceiver (t: Test, onConnection: (socket: Socket) => void, scheme = 'http'): Promise<Receiver> {
  return await listen(t, createTcp({ allowHalfOpen: true }, onConnection), scheme)
}

/** Until the last answer's connection is free again: it is for the turn of the event loop that brought the answer. */
export async function settled (): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 5))
}

/** A loopback port where no one listens. */
export async function closedPort (): Promise<number> {
  const server = createTcp()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function listen (t: Test, server: Server | ReturnType<typeof createTcp>, scheme: string): Promise<Receiver> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `${scheme}://127.0.0.1:${port}/hooks`, connections: () => connections }
}
