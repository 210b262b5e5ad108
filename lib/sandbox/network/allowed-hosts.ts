import { parseUrl } from '@/lib/core/wire/parse-url'
/** A list of names that may be reached; `*.example.com` stands for every name below that one, not for it. */
export type AllowedHosts = { has(host: string): boolean }

/** Reads a list. Throws a sentence at what is no name of a host. */
export function readAllowedHosts(hosts: readonly string[]): AllowedHosts {
  const [exact, below] = [new Set<string>(), new Set<string>()]
  for (const host of hosts) {
    const isBelow = host.startsWith('*.')
    const name = plainHost(isBelow ? host.slice(2) : host)
    if (name === null || (isBelow && !name.includes('.')))
      throw new Error(`"${host}" is no name of a host: write example.com, or *.example.com for all below it.`)
    if (isBelow) below.add(name)
    else exact.add(name)
  }
  return {
    has(host) {
      const name = plainHost(host)
      if (name === null) return false
      return exact.has(name) || partsAbove(name).some((above) => below.has(above))
    },
  }
}

/** A host as it is compared: lower case, ASCII, without a dot at its end. Null for what is none. */
export function plainHost(host: string): string | null {
  if (!/^[\p{L}\p{N}.-]+$/u.test(host) && !/^\[[\da-f:.]+\]$/i.test(host)) return null
  const address = `http://${host}/`
  return parseUrl(address)?.hostname.replace(/\.$/, '') || null
}

function partsAbove(name: string): string[] {
  const parts = name.split('.')
  return parts.slice(1).map((_, at) => parts.slice(at + 1).join('.'))
}
