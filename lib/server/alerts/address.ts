import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { parseUrl } from '@/lib/core/wire/parse-url'

/**
 * Addresses no notice may go to: this machine's, the local network's, and those that name no host (RFC 6890).
 */
const blocked = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  blocked.addSubnet(network, prefix, 'ipv4')

/** All of IPv6 that is global unicast; the rest is local, mapped, translated or nobody's. */
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')
const notGlobal = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  notGlobal.addSubnet(network, prefix, 'ipv6')

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether a notice may be sent to an address. */
export function mayReach(address: string, allowsLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(address) === 0) return false
  if (loopback.check(address, family)) return allowsLoopback
  if (family === 'ipv4') return !blocked.check(address, family)
  return globalUnicast.check(address, family) && !notGlobal.check(address, family)
}

/** Said when a receiver is somewhere notices may not go. */
export class ForbiddenAddressError extends Error {
  constructor(host: string) {
    super(`${host} is a private address of this machine or network; webhooks only go to public ones.`)
    this.name = 'ForbiddenAddressError'
  }
}

/**
 * Resolves names for a connection and refuses every private address among the answers. It is asked by the
 * connection itself, so a name cannot answer one thing to a check and another to the socket.
 */
export function guardedLookup(allowsLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      const [first] = addresses
      if (first === undefined || addresses.some(({ address }) => !mayReach(address, allowsLoopback)))
        return callback(new ForbiddenAddressError(hostname), '', 0)
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/**
 * What is wrong with the address of a receiver; null when it can be one. Names are looked at when they are
 * resolved.
 */
export function urlProblem(text: string, allowsLoopback: boolean): string | null {
  const url = parseUrl(text)
  if (url === null) return 'must be a whole address, such as https://example.com/hooks/skein'
  const { protocol, hostname, username, password } = url
  const host = hostname.replace(/^\[|\]$/g, '')
  const isLocal =
    host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'))
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) return 'must begin with https://'
  if (username !== '' || password !== '')
    return 'must not contain a name or password; the signature identifies the sender'
  if (isLocal && !allowsLoopback) return 'is this machine: set SKEIN_WEBHOOK_ALLOW_LOOPBACK=1 to allow it'
  if (isIP(host) !== 0 && !mayReach(host, allowsLoopback)) return new ForbiddenAddressError(host).message
  return null
}
