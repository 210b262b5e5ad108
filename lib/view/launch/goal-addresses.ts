import { parseUrl } from '@/lib/core/wire/parse-url'
import { isGitAddress } from './given-source'

/** What can be done with an address that a goal names. */
export type AddressUse = 'repository' | 'page'

/** An address in a goal, and what it may be meant as, the likelier first. */
export type GoalAddress = { address: string; uses: readonly AddressUse[] }

/** More are read as a list of links, and a row for each would bury the form. */
const MOST = 4

/** Hosts where `/owner/name` is a repository as well as a page. */
const codeHosts =
  /^https:\/\/(www\.)?(github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[^/]+\/[^/?#]+\/?$/i

/** What stands around an address in a sentence: quotes, brackets, and the end of it. */
const before = /^[<([{"'`]+/
const behind = /[>)\]}"'`.,;:!?]+$/

/** The addresses in a goal, each once, in the order they are named; at most four. */
export function addressesIn(goal: string): GoalAddress[] {
  const found = new Map<string, GoalAddress>()
  for (const word of goal.split(/\s+/)) {
    const address = word.replace(before, '').replace(behind, '')
    const uses = usesOf(address)
    if (uses.length > 0 && !found.has(address)) found.set(address, { address, uses })
    if (found.size === MOST) break
  }
  return [...found.values()]
}

function usesOf(address: string): readonly AddressUse[] {
  if (isGitAddress(address)) return ['repository']
  if (codeHosts.test(address)) return ['repository', 'page']
  return isWebAddress(address) ? ['page'] : []
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\/./i.test(address) && parseUrl(address) !== null
}
