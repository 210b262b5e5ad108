import ipaddr from 'ipaddr.js'

/** All addresses that are given out to the public begin so in IPv6 (RFC 4291). */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * True for an address of the public internet, written in full. Not for this machine, its networks, a cloud's
 * metadata service, multicast, those kept for later, and other writings or tunnels of one address in another (IPv4
 * in IPv6, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(publicIpv6)
}
