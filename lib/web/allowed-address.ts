import { parseUrl } from '@/lib/core/wire/parse-url'
import { isPublicAddress } from './public-address'

/** Where pages may be fetched from. */
export type Reach = {
  /** Hosts, each with those below it (`example.org` stands for `www.example.org` too); null for all. */
  allowedHosts: readonly string[] | null
  /**
   * Exceptions that an operator makes, as `address:port` (`10.0.0.7:8080`, `[fd00::7]:443`): only there may a
   * page stand on a machine that is not of the public internet, or behind another port.
   */
  allowedEndpoints: readonly string[]
}

export type Checked<Value> = { ok: true; value: Value } | { ok: false; problem: string }

/** Longer addresses are refused by most servers. */
const MOST_CHARACTERS = 2_000

/** Names that stand for machines near by, whatever a resolver says of them. */
const localName = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|onion)$/

/**
 * The address of a page as it is fetched, without its fragment; international names as they are resolved
 * (`xn--…`), numbers of every form as an address. Refused, with a sentence, is what is no page of the web.
 */
export function checkAddress(text: string, { allowedHosts, allowedEndpoints }: Reach): Checked<URL> {
  if (text.length > MOST_CHARACTERS) return no('The address is longer than 2,000 characters.')
  const url = parseUrl(text)
  if (url === null) return no('This is no address of a page.')
  url.hash = ''
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return no('Only addresses that begin with http:// or https:// are fetched.')
  if (url.username !== '' || url.password !== '')
    return no('An address with a name or a password in it is not fetched.')
  const host = hostOf(url)
  if (localName.test(host)) return no(`${host} is a name inside a network, where no pages are fetched.`)
  // The exception names an address, which is known once the name was resolved.
  const isUsualPort = url.port === '' || url.port === '80' || url.port === '443'
  if (!isUsualPort && !allowedEndpoints.some((endpoint) => endpoint.endsWith(`:${url.port}`)))
    return no(`Port ${url.port} is none at which pages are fetched.`)
  if (allowedHosts !== null && !allowedHosts.some((allowed) => isBelow(host, allowed)))
    return no(`${host} is not among the hosts that were allowed.`)
  return { ok: true, value: url }
}

/** The host of an address without brackets and without the dot that may end a name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase()
}

/**
 * The one address to connect to among those that a name resolved to. All have to be of the public internet: a
 * name that also stands for a machine near by is a trick. Refused with a sentence.
 */
export function checkResolved(url: URL, addresses: readonly string[], reach: Reach): Checked<string> {
  const [first] = addresses
  const host = hostOf(url)
  if (first === undefined) return no(`${host} is not known.`)
  const isReachable = (address: string) => mayConnect(address, portOf(url), reach)
  if (addresses.every(isReachable)) return { ok: true, value: first }
  const [port, near] = [portOf(url), addresses.find((address) => !isReachable(address))]
  return isPublicAddress(near ?? first)
    ? no(`Port ${port} is none at which pages are fetched.`)
    : no(`${host} leads to ${near}, which is not on the public internet.`)
}

function mayConnect(address: string, port: number, { allowedEndpoints }: Reach): boolean {
  const isException = allowedEndpoints.some((endpoint) => endpoint === endpointOf(address, port))
  return isException || (isPublicAddress(address) && (port === 80 || port === 443))
}

function endpointOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function isBelow(host: string, allowed: string): boolean {
  const name = allowed.toLowerCase().replace(/^\*\./, '')
  return host === name || host.endsWith(`.${name}`)
}

function no(problem: string): { ok: false; problem: string } {
  return { ok: false, problem }
}
