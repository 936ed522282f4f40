// What proxies say of the caller's address.
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** An address, without the port that some proxies write behind it (RFC 7239, section 6); null for what is none. */
function addressOf (text: string): string | null {
  const plain = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d{1,5}$/.exec(text)?.[1] ?? text
  return isIP(plain) === 0 ? null : plain
}

/**
 * `X-Forwarded-For` as plain addresses. What is none stands for the proxy that wrote it, and whatever stands before it is not believed.
 * @param remote the address at the other end of the connection
 */
export function forwardedAddresses (header: string, remote: string): string {
  const known: string[] = []
  for (const part of header.split(',').reverse()) {
    const address = addressOf(part.trim())
    known.unshift(address ?? known[0] ?? remote)
    if (address === null) break
  }
  return known.join(', ')
}

/** Lets the framework read the header; says once where it is there and no one may be believed. */
export function createForwarded (trustedProxies: readonly string[], app: () => FastifyInstance): (request: FastifyRequest) => void {
  let isTold = false
  return ({ raw: { headers, socket } }) => {
    const { 'x-forwarded-for': given } = headers
    if (given === undefined) return
    if (trustedProxies.length > 0) headers['x-forwarded-for'] = forwardedAddresses(String(given), socket.remoteAddress ?? '')
    else if (!isTold) {
      isTold = true
      app().log
        .warn(
          'A call has the header X-Forwarded-For, and TRUSTED_PROXIES is not set: the address of its proxy counts as its caller\'s, for limits ' +
            'and in the audit.'
        )
    }
  }
}
