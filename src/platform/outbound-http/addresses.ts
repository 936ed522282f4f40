// Classes of IP addresses: public, private, loopback, metadata and others.
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** What an address is for. Only `public` may be dialled without being allow-listed. */
export type AddressClass =
  | 'public' | 'unspecified' | 'this-network' | 'loopback' | 'private' | 'link-local' | 'site-local' | 'unique-local'
  | 'cgnat' | 'metadata' | 'multicast' | 'broadcast' | 'documentation' | 'benchmarking' | 'protocol-assignment'
  | 'reserved' | 'discard' | 'srv6' | 'ipv4-mapped' | 'ipv4-compatible' | 'ipv4-translated' | 'nat64' | '6to4'
  | 'teredo' | 'isatap' | 'invalid'

/** An address taken apart: `text` without its zone, `bytes` 4 or 16 of them. An IPv4-mapped IPv6 address comes as the IPv4 address it is. */
export interface Address { family: 'ipv4' | 'ipv6', text: string, bytes: number[], mapped: boolean }

type Rule = readonly [AddressClass, ...string[]]

// First match wins. IANA IPv4 Special-Purpose Address Registry (RFC 6890) and the addresses where clouds answer with credentials.
const IPV4: readonly Rule[] = [
  ['metadata', '169.254.169.254/32', '169.254.169.253/32', '169.254.170.2/32', '169.254.170.23/32', '169.254.42.42/32',
    '169.254.0.23/32', '100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32'],
  ['unspecified', '0.0.0.0/32'],
  ['this-network', '0.0.0.0/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['cgnat', '100.64.0.0/10'],
  ['loopback', '127.0.0.0/8'],
  ['link-local', '169.254.0.0/16'],
  // IETF protocol assignments, AS112, AMT, the deprecated 6to4 relay anycast: no receiver lives there.
  ['protocol-assignment', '192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.175.48.0/24'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ['benchmarking', '198.18.0.0/15'],
  ['multicast', '224.0.0.0/4'],
  ['broadcast', '255.255.255.255/32'],
  ['reserved', '240.0.0.0/4']
]

// IANA IPv6 Special-Purpose Address Registry. What is left outside 2000::/3 is not global unicast (RFC 4291 2.4).
const IPV6: readonly Rule[] = [
  ['metadata', 'fd00:ec2::254/128', 'fd00:ec2::253/128', 'fd00:ec2::23/128', 'fd20:ce::254/128', 'fd00:42::42/128', 'fe80::a9fe:a9fe/128'],
  ['unspecified', '::/128'],
  ['loopback', '::1/128'],
  ['discard', '100::/64', '100:0:0:1::/64'],
  ['benchmarking', '2001:2::/48'],
  ['protocol-assignment', '2001::/23', '2620:4f:8000::/48'],
  ['documentation', '2001:db8::/32', '3fff::/20'],
  ['srv6', '5f00::/16'],
  ['unique-local', 'fc00::/7'],
  ['link-local', 'fe80::/10'],
  ['site-local', 'fec0::/10'],
  ['multicast', 'ff00::/8'],
  ['reserved', '::/3', '4000::/2', '8000::/1']
]

// IPv6 addresses that carry an IPv4 address: class, prefix, first byte of the carried address, xor mask of its bytes.
const CARRIERS: ReadonlyArray<readonly [AddressClass, string, number, number]> = [
  ['ipv4-compatible', '::/96', 12, 0],
  ['ipv4-translated', '::ffff:0:0:0/96', 12, 0],
  ['nat64', '64:ff9b::/96', 12, 0],
  ['nat64', '64:ff9b:1::/48', 12, 0],
  ['6to4', '2002::/16', 2, 0],
  ['teredo', '2001::/32', 12, 0xff]
]

const ipv4Lists = compile(IPV4, 'ipv4')
const ipv6Lists = compile(IPV6, 'ipv6')
const carrierLists = CARRIERS.map(([name, range, at, mask]) => ({ name, list: blockList([range], 'ipv6'), at, mask }))

/**
 * Says what an address is for, by the IANA special-purpose registries.
 * An IPv6 address that carries an IPv4 one (mapped, compatible, translated, NAT64 RFC 6052, 6to4 RFC 3056, Teredo RFC 4380,
 * ISATAP RFC 5214) has the class of what it carries, and the carrier's own name when that is public: never `public`.
 * @param ip an address as text, with or without a zone (`fe80::1%eth0`)
 * @returns its class; `invalid` for anything that is not an address
 */
export function classifyAddress (ip: string): AddressClass {
  const address = parseAddress(ip)
  if (address === null) return 'invalid'
  if (address.family === 'ipv6') return classifyIpv6(address)
  const name = classifyIpv4(address.text)
  return address.mapped && name === 'public' ? 'ipv4-mapped' : name
}

/**
 * Takes an address apart.
 * @param ip an address as text; a zone is dropped, an IPv4-mapped address (RFC 4291 2.5.5.2) is unwrapped
 * @returns the parts, or null for anything that is not an address
 */
export function parseAddress (ip: string): Address | null {
  if (isIPv4(ip)) return { family: 'ipv4', text: ip, bytes: ip.split('.').map(Number), mapped: false }
  if (!isIPv6(ip)) return null
  const text = ip.split('%')[0] ?? ''
  const bytes = ipv6Bytes(text)
  const mapped = bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (!mapped) return { family: 'ipv6', text, bytes, mapped }
  const carried = bytes.slice(12)
  return { family: 'ipv4', text: carried.join('.'), bytes: carried, mapped }
}

function classifyIpv4 (text: string): AddressClass {
  return ipv4Lists.find(rule => rule.list.check(text, 'ipv4'))?.name ?? 'public'
}

function classifyIpv6 ({ text, bytes }: Address): AddressClass {
  const own = ipv6Lists.find(rule => rule.list.check(text, 'ipv6'))?.name ?? 'public'
  if (own === 'metadata' || own === 'unspecified' || own === 'loopback') return own
  const carrier = carrierLists.find(rule => rule.list.check(text, 'ipv6'))
  if (carrier !== undefined) return carriedClass(bytes, carrier.at, carrier.mask) ?? carrier.name
  if (own !== 'public' || !isIsatap(bytes)) return own
  return carriedClass(bytes, 12, 0) ?? 'isatap'
}

function carriedClass (bytes: number[], at: number, mask: number): AddressClass | null {
  const name = classifyIpv4(bytes.slice(at, at + 4).map(byte => byte ^ mask).join('.'))
  return name === 'public' ? null : name
}

// The interface identifier is 0000:5efe or 0200:5efe and the IPv4 address (RFC 5214 6.1).
function isIsatap (bytes: number[]): boolean {
  return (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe
}

function ipv6Bytes (text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const plain = dotted === null
    ? text
    : `${dotted[1]}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}`
  const [head = '', tail] = plain.split('::')
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const zeros = new Array<number>(8 - left.length - right.length).fill(0)
  return [...left, ...zeros, ...right].flatMap(group => [group >> 8, group & 0xff])
}

function groups (text: string): number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16))
}

function hexPair (high: string | undefined, low: string | undefined): string {
  return (Number(high) * 256 + Number(low)).toString(16)
}

function compile (rules: readonly Rule[], family: 'ipv4' | 'ipv6') {
  return rules.map(([name, ...ranges]) => ({ name, list: blockList(ranges, family) }))
}

function blockList (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}
