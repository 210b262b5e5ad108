import ipaddr from 'ipaddr.js'

/**
 * What identifies a client: its address, or for IPv6 its network, in which it may choose addresses. Of what
 * was forwarded the last address is taken that is no proxy of ours: proxies on this machine, and those named
 * in `trusted` (addresses and networks).
 */
export function clientOf(
  remoteAddress: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly string[] = [],
): string {
  const hops = [...(forwardedFor?.split(',') ?? []).map((hop) => hop.trim()), remoteAddress ?? 'unknown']
  let client = plain(hops.pop() ?? 'unknown')
  while (hops.length > 0 && isProxy(client, trusted)) {
    const next = plain(hops.pop() ?? '')
    if (!ipaddr.isValid(next)) break
    client = next
  }
  return client.includes(':') ? networkOf(client) : client
}

/** An address as IPv4 where it is one. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function isProxy(address: string, trusted: readonly string[]): boolean {
  if (address === '::1' || address.startsWith('127.')) return true
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  return trusted.some((one) => {
    const [network, bits] = one.includes('/')
      ? ipaddr.parseCIDR(one)
      : [ipaddr.parse(one), ipaddr.parse(one).kind() === 'ipv4' ? 32 : 128]
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = address.includes('::') ? [...front, ...zeros, ...back] : front
  return `${groups.slice(0, 4).join(':')}::/64`
}
