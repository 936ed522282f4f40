// Opens a connection to an address that the policy allows.
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { oneLine, type ErrorClass } from './outcome.js'
import type { TargetPolicy } from './policy.js'
import { ResolveError, type Resolve } from './resolver.js'
import { addressesOf, refusalOf } from './target.js'

/** What is known of an open connection. Times in milliseconds; `openedAt` by `performance.now()`. */
export interface Connection {
  socket: Socket
  remoteAddress: string
  tlsVersion: string | null
  dnsMs: number
  connectMs: number
  openedAt: number
  requests: number
}

/** A connection that did not come about. */
export class DialError extends Error {
  override readonly name = 'DialError'
  readonly code = 'DIAL'
  readonly errorClass: ErrorClass
  readonly remoteAddress: string | null
  readonly dnsMs: number | undefined

  constructor (errorClass: ErrorClass, message: string, remoteAddress: string | null = null, dnsMs?: number) {
    super(oneLine(message))
    this.errorClass = errorClass
    this.remoteAddress = remoteAddress
    this.dnsMs = dnsMs
  }
}

/** Where to connect; `hostname` is a name or an address without brackets, `port` empty for the scheme's own. */
interface DialTarget { protocol: string, hostname: string, port: string }

export interface DialOptions {
  policy: TargetPolicy
  /** Rejects with ResolveError; bounded in time by itself. */
  resolve: Resolve
  /** For TCP and TLS together. */
  connectTimeoutMs: number
  /** Certificate authorities (PEM) to trust instead of the ones Node brings. */
  ca?: string | undefined
}

/** One more address is tried when the last did not answer within this time (RFC 8305 section 5, for slow links). */
const NEXT_ADDRESS_MS = 1_000

/**
 * Opens one connection: asks DNS once, judges every answer, and connects to the judged addresses only, so that a name that
 * resolves to something else a moment later changes nothing. Certificates are always verified, whatever the environment says.
 * No TLS session is resumed: a resumed one would skip the check of the certificate.
 * @returns the connection, its requests counted from 0; the socket keeps an error listener
 * @throws {DialError} for everything that can go wrong: `dns`, `refused_address`, `connect`, `tls`, `timeout`
 */
export async function dial (target: DialTarget, options: DialOptions, onSocket: (socket: Socket) => void): Promise<Connection> {
  const secure = target.protocol === 'https:'
  const started = performance.now()
  const call = { secure, port: Number(target.port) || (secure ? 443 : 80) }
  const addresses = await vettedAddresses(target.hostname, call, options)
  const resolved = performance.now()
  const dnsMs = resolved - started
  const socket = open(target, secure, addresses, options.ca)
  onSocket(socket)
  await settled(socket, { secure, timeoutMs: options.connectTimeoutMs, address: addresses[0] ?? null, dnsMs })
  const openedAt = performance.now()
  const remoteAddress = socket.remoteAddress ?? ''
  const refusal = refusalOf([remoteAddress], call, options.policy)
  if (refusal !== null) {
    socket.destroy()
    throw new DialError('refused_address', refusal.message, remoteAddress, dnsMs)
  }
  return {
    socket, remoteAddress, tlsVersion: socket instanceof TLSSocket ? socket.getProtocol() : null, dnsMs, connectMs: openedAt - resolved, openedAt, requests: 0
  }
}

async function vettedAddresses (hostname: string, call: { secure: boolean, port: number }, { policy, resolve }: DialOptions): Promise<readonly string[]> {
  let addresses: readonly string[]
  try {
    addresses = await addressesOf(hostname, resolve)
  } catch (error) {
    throw new DialError('dns', error instanceof ResolveError ? error.message : 'DNS lookup failed')
  }
  const refusal = refusalOf(addresses, call, policy)
  if (refusal !== null) throw new DialError('refused_address', refusal.message, refusal.address)
  return addresses
}

function open (target: DialTarget, secure: boolean, addresses: readonly string[], ca: string | undefined): Socket {
  const pinned: LookupFunction = (_hostname, options, callback) => {
    const found = addresses.map(address => ({ address, family: isIP(address) }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
  const common = {
    host: target.hostname,
    port: Number(target.port || (secure ? 443 : 80)),
    lookup: pinned,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000
  }
  if (!secure) return connectTcp(common)
  return connectTls({
    ...common,
    // RFC 6066 section 3: no address and no trailing dot in the server name.
    ...(isIP(target.hostname) === 0 ? { servername: target.hostname.replace(/\.$/, '') } : {}),
    ...(ca === undefined ? {} : { ca }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true
  })
}

interface Opening { secure: boolean, timeoutMs: number, address: string | null, dnsMs: number }

function settled (socket: Socket, { secure, timeoutMs, address, dnsMs }: Opening): Promise<void> {
  return new Promise((resolve, reject) => {
    let phase: 'connect' | 'tls' = 'connect'
    let done = false
    const timer = setTimeout(() => {
      fail('timeout', `${phase === 'tls' ? 'TLS' : 'TCP'} connect to ${address} took longer than ${timeoutMs} ms`)
    }, timeoutMs)
    function fail (errorClass: ErrorClass, message: string): void {
      if (done) return
      done = true
      clearTimeout(timer)
      reject(new DialError(errorClass, message, address, dnsMs))
      socket.destroy()
    }
    // Stays for good: between here and the HTTP client's own listener an error must not end the process.
    socket.on('error', error => fail(phase, describe(error)))
    socket.once('close', () => fail(phase, 'the connection was closed'))
    if (secure) socket.once('connect', () => { phase = 'tls' })
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      done = true
      clearTimeout(timer)
      resolve()
    })
  })
}

// When several addresses were tried Node gives one error without text around one per address.
function describe (error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : error.message
}
