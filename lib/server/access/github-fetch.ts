import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, fetch } from 'undici'
import type { Fetch } from '@/lib/github/client'
import { isPublicAddress } from '@/lib/web/public-address'
import { readWhole } from './read-whole'

/** Longest that GitHub may take for one answer, and the largest answer that is read. */
const ANSWER_MS = 30_000
const MOST_BYTES = 10_000_000

/**
 * Reaches GitHub: machines of the public internet, and of private ones those that the operator named. Names are
 * held against that by the connection itself, and redirects are answered, not followed. What is under way is broken off
 * by `closing`.
 */
export function githubFetch(privateHosts: readonly string[], closing: AbortSignal): Fetch {
  const dispatcher = new Agent({ connect: { lookup: guardedLookup(privateHosts) } })
  return async (url, { method, headers, body }) => {
    const { hostname } = new URL(url)
    const problem = hostProblem(hostname, privateHosts)
    if (problem !== null) throw new TypeError(problem)
    const answer = await fetch(url, {
      method: method ?? 'GET',
      // Octokit gives a plain object of texts and a text, or nothing.
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' ? { body } : {}),
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS)]),
      dispatcher,
    })
    return readWhole(answer, MOST_BYTES)
  }
}

/** What is wrong with a host that is an address already; null where there is nothing, or its name has to be asked. */
export function hostProblem(hostname: string, privateHosts: readonly string[]): string | null {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 || privateHosts.includes(host) || isPublicAddress(host)) return null
  return privateSentence(host)
}

function privateSentence(host: string): string {
  return `${host} is a machine of a private network. To reach it, add it to SKEIN_PRIVATE_HOSTS and restart.`
}

function guardedLookup(privateHosts: readonly string[]): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      const [first] = addresses
      const isAllowed =
        privateHosts.includes(hostname) || addresses.every(({ address }) => isPublicAddress(address))
      if (first === undefined || !isAllowed) return callback(new Error(privateSentence(hostname)), '', 0)
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
