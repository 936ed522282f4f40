// Whether a URL may be called.
import { isIP } from 'node:net'
import type { TargetPolicy } from './policy.js'
import { boundedResolver, systemResolve, type Resolve } from './resolver.js'
import { parseTargetUrl, type UrlProblem } from './url.js'

/** `url` is the normalised text, the one to store; `addresses` is what its host resolves to now. */
type TargetCheck = { ok: true, url: string, addresses: readonly string[] } | ({ ok: false } & UrlProblem)

const DNS_TIMEOUT_MS = 2_000

/**
 * Judges a URL when it is saved. The same rules hold again at each connect, where they count. Reasons: `invalid`, `too_long` (2,048
 * characters), `scheme`, `userinfo`, `fragment`, `port`, `unresolvable` (no address within 2 s), `address_refused` (an address is neither
 * public nor allow-listed: one bad answer refuses all), `plain_http` (and not every address is allow-listed), `own` (this service itself).
 * @param text the URL as the operator typed it
 * @param policy which addresses may be reached
 * @param resolve where to ask for addresses; the operating system by default
 * @returns never rejects for what the URL or DNS say
 */
export async function checkTarget (text: string, policy: TargetPolicy, resolve: Resolve = systemResolve): Promise<TargetCheck> {
  const target = parseTargetUrl(text)
  if ('reason' in target) return { ok: false, ...target }
  let addresses: readonly string[]
  try {
    addresses = await addressesOf(target.hostname, boundedResolver(resolve, DNS_TIMEOUT_MS))
  } catch {
    return { ok: false, reason: 'unresolvable', message: `The name ${target.hostname} does not resolve to an address.` }
  }
  const refusal = refusalOf(addresses, { secure: target.secure, port: portOf(target.origin) }, policy)
  return refusal === null ? { ok: true, url: target.href, addresses } : { ok: false, reason: refusal.reason, message: refusal.message }
}

/** The port of an origin, also where it is that of its scheme. */
function portOf (origin: string): number {
  const { port, protocol } = new URL(origin)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/** Why a set of addresses may not be dialled. `address` is the first bad one. */
export interface Refusal extends UrlProblem { address: string }

/**
 * The addresses to judge and to dial for a host: itself when it is an address.
 * @throws what `resolve` throws
 */
export async function addressesOf (hostname: string, resolve: Resolve): Promise<readonly string[]> {
  return isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
}

/**
 * Judges all addresses of a host: one bad address refuses the host.
 * @param addresses at least one
 * @param call `secure`: whether it is https; plain http needs every address allow-listed
 */
export function refusalOf (addresses: readonly string[], { secure, port }: { secure: boolean, port: number }, policy: TargetPolicy): Refusal | null {
  for (const address of addresses) {
    if (policy.isOwn(address, port)) {
      return { reason: 'own', message: `At ${address}, port ${port}, this service itself listens: it must not call itself.`, address }
    }
    const verdict = policy.allows(address)
    if (!verdict.allowed) {
      const message = `The address ${address} is not public (${verdict.reason}) and not in ${policy.listName}.`
      return { reason: 'address_refused', message, address }
    }
    if (!secure && !policy.isAllowListed(address)) {
      const message = `Plain http is only for addresses in ${policy.listName}, and ${address} is not there. Use https.`
      return { reason: 'plain_http', message, address }
    }
  }
  return null
}
