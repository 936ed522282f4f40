// Which addresses may be reached.
import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'
import { classifyAddress, parseAddress, type AddressClass } from './addresses.js'

/** A range of addresses: `10.0.0.0/8` is `{ family: 'ipv4', network: '10.0.0.0', prefix: 8 }`. */
interface Cidr { family: 'ipv4' | 'ipv6', network: string, prefix: number }

/** Whether an address may be dialled, and why: `allow-listed`, or its class (`public` is the only class that is allowed). */
export interface Verdict { allowed: boolean, reason: 'allow-listed' | AddressClass }

/** Which addresses outgoing calls may reach. Immutable. */
export interface TargetPolicy {
  /** What operators know the allow list by. */
  readonly listName: string
  /** Public addresses and allow-listed ones; text that is no address is refused as `invalid`. */
  allows (ip: string): Verdict
  /** Whether the operator has listed the address; plain http is for these only. */
  isAllowListed (ip: string): boolean
  /** True where this service itself listens: a call of its own would go round for ever. */
  isOwn (ip: string, port: number): boolean
}

/**
 * Reads one entry of an allow-list.
 * @param text `10.1.0.0/16`, `fd12::/48`, or a single address, which means itself only
 * @throws {TypeError} that names the entry and says what is wrong: no address, a prefix out of range, address bits behind
 * the prefix (`10.0.0.5/8` is more often a typing error than eight million addresses), an IPv4-mapped or zoned address
 */
export function parseCidr (text: string): Cidr {
  const [network = '', prefixText, ...rest] = text.trim().split('/')
  const address = network.includes('%') ? null : parseAddress(network)
  if (address === null || rest.length > 0) throw problem(text, 'write it like 10.1.0.0/16, fd12:3456::/48 or 10.1.2.3')
  if (address.mapped) throw problem(text, `write the IPv4 address itself, ${address.text}`)
  const bits = address.bytes.length * 8
  if (prefixText === undefined) return { family: address.family, network, prefix: bits }
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN
  if (!(prefix <= bits)) throw problem(text, `the prefix must be a whole number from 0 to ${bits}`)
  if (hasHostBits(address.bytes, prefix)) throw problem(text, `the address has bits set behind the first ${prefix}`)
  return { family: address.family, network, prefix }
}

/**
 * Makes the policy all outgoing calls share.
 * @param options.listName what operators know the allow list by; `the allow list` if no one says
 * @param options.ownPort where this service listens; null: nowhere yet
 * @param options.allowCidrs ranges that may be reached although they are not public, also by plain http. A metadata address
 * is reached only when it is listed by itself (`169.254.169.254/32`): a wide range such as `0.0.0.0/0` never opens it.
 * @throws {TypeError} for the first entry that `parseCidr` refuses
 */
export function createTargetPolicy (options: { allowCidrs: readonly string[], listName?: string, ownPort?: () => number | null }): TargetPolicy {
  const ranges = new BlockList()
  const singles = new BlockList()
  for (const text of options.allowCidrs) {
    const cidr = parseCidr(text)
    ranges.addSubnet(cidr.network, cidr.prefix, cidr.family)
    if (cidr.prefix === (cidr.family === 'ipv4' ? 32 : 128)) singles.addAddress(cidr.network, cidr.family)
  }
  function isAllowListed (ip: string): boolean {
    const address = parseAddress(ip)
    if (address === null) return false
    const list = classifyAddress(ip) === 'metadata' ? singles : ranges
    return list.check(address.text, address.family)
  }
  function allows (ip: string): Verdict {
    const reason = classifyAddress(ip)
    if (reason === 'public') return { allowed: true, reason }
    return isAllowListed(ip) ? { allowed: true, reason: 'allow-listed' } : { allowed: false, reason }
  }
  function isOwn (ip: string, port: number): boolean {
    return port === options.ownPort?.() && isOfThisMachine(ip)
  }
  return Object.freeze({ listName: options.listName ?? 'the allow list', allows, isAllowListed, isOwn })
}

/** Its own addresses may change while it runs. */
function isOfThisMachine (ip: string): boolean {
  const kind = classifyAddress(ip)
  if (kind === 'loopback' || kind === 'unspecified') return true
  const text = parseAddress(ip)?.text
  return Object.values(networkInterfaces()).some(addresses => addresses?.some(({ address }) => parseAddress(address)?.text === text) ?? false)
}

function hasHostBits (bytes: number[], prefix: number): boolean {
  return bytes.some((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8))
    return (byte & (0xff >> kept)) !== 0
  })
}

function problem (text: string, hint: string): TypeError {
  return new TypeError(`"${text}" is not a CIDR range: ${hint}`)
}
