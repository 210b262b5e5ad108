import { shortenText } from '@/lib/core/base/cut-text'
import { askedInVain, forbidsElsewhere, withoutMeta } from '@/lib/core/estimate/beyond-reach'

/** A permission that a script seems to need and has not, and why. */
export type PermissionProposal = {
  permission: 'write' | 'shell' | 'web' | 'mcp'
  /** What in the script asks for it, in a sentence. */
  why: string
  /** Words of the button that allows it; of MCP servers somebody has to choose which. */
  verb: string
}

type Known = PermissionProposal['permission']

const permissionOf = { run: 'shell', write: 'write', browse: 'web', call: 'mcp' } as const
const words: Readonly<Record<Known, { does: string; verb: string }>> = {
  write: { does: 'change files', verb: 'Allow writing' },
  shell: { does: 'run commands', verb: 'Allow commands' },
  web: { does: 'search the web', verb: 'Allow the web' },
  mcp: { does: 'call MCP servers', verb: 'Choose servers' },
}

/** Orders that can only be followed by changing files. */
const MENDING = [
  /^(?:(?:and|then|please)\s+)*(?:fix|repair|refactor|rename|rewrite|implement|migrate|upgrade|convert)\s+(?:it|them|the|each|every|all|this|these|any|what)\b/i,
  /^(?:(?:und|dann|bitte)\s+)*(?:behebe|repariere|korrigiere|refaktoriere|implementiere|migriere)\s+(?:es|sie|die|den|das|jede[ns]?|alle|diese[ns]?)\b/i,
  /^(?:(?:et|puis)\s+)*(?:corrige|répare|refactorise|renomme|implémente|migre)[rz]?\s+(?:le|la|les|chaque|tous|toutes|ces?|cette)\b/i,
]

const NEGATION = /\b(?:not|never|without|cannot|avoid|no)\b|n['’]t\b/i
const LONGEST_QUOTE = 70

/**
 * Parts of sentences that each may be an order ("Find every leak, fix it, run the tests"). A sentence that
 * forbids something is no list of orders.
 */
function clausesOf(text: string): string[] {
  return text
    .split(/\n+|["'`](?=[A-Z])|(?<=[.!?])\s+/)
    .filter((sentence) => !NEGATION.test(sentence) && !forbidsElsewhere(sentence))
    .flatMap((sentence) => sentence.split(/[,;:]\s+/))
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '')
}

type Scanned = {
  /** The script, or the goal in words: where prompts stand. */
  text: string
  /** What the workflow itself says it needs (`meta.needs`). */
  needs: readonly string[]
}

/**
 * What a script or a goal seems to need beyond what its agents may do: what its `meta.needs` says, and what
 * the words of its prompts ask for. It only proposes; nothing is allowed by it.
 */
export function permissionProposals(
  { text: scanned, needs }: Scanned,
  may: { write: boolean; shell: boolean; web: boolean; mcp: readonly string[] },
): PermissionProposal[] {
  const text = withoutMeta(scanned)
  const clauses = clausesOf(text)
  const asked = new Map<Known, string[]>(
    askedInVain([text, ...clauses]).map(({ reach, quotes }) => [permissionOf[reach], quotes]),
  )
  const mending = clauses.find((clause) => MENDING.some((mending) => mending.test(clause)))
  if (mending !== undefined && !asked.has('write')) asked.set('write', [shortenText(mending, LONGEST_QUOTE)])
  return (['write', 'shell', 'web', 'mcp'] as const).flatMap((permission) => {
    if (permission === 'mcp' ? may.mcp.length > 0 : may[permission]) return []
    const { does, verb } = words[permission]
    if (needs.includes(permission)) return [{ permission, verb, why: `This workflow needs to ${does}.` }]
    const quotes = asked.get(permission)
    if (quotes === undefined) return []
    return [
      {
        permission,
        verb,
        why: `Agents seem to be asked to ${does}: ${quotes.map((one) => `“${one}”`).join(', ')}.`,
      },
    ]
  })
}
