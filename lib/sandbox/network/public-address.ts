import ipaddr from 'ipaddr.js'

/** All addresses that are given out to the public begin so in IPv6. */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * True for an address of the public internet. Not for this machine, its networks, a cloud's metadata service,
 * multicast, and ways to write or tunnel one address as another (IPv4 in IPv6, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(publicIpv6)
}
