import { canonicalJson, type Json } from '../base/json'
import { noPermissions, type Permissions } from '../spec/permissions'

/**
 * Everything that makes two `agent()` calls the same question. Label, phase, limits and delivery are not in
 * it.
 */
export type CallIdentity = {
  prompt: string
  model: string
  effort: string | null
  schema: Json | null
  tools: readonly string[]
  agentType: string | null
  isolation: string | null
  workspaceRevision: string | null
}

/** A digest of text to lower-case hex; core has none of its own. */
export type Digest = (text: string) => string

/** Identity of a call without its occurrence number. */
export function callDigest(identity: CallIdentity, digest: Digest): string {
  const { tools, ...rest } = identity
  return digest(canonicalJson({ ...rest, tools: [...tools].sort() }))
}

/**
 * Tools that the calls of version 0.2.0 had without asking for any, by the names in their keys. Nothing is
 * ever added: a tool that comes later is no part of what those calls asked.
 */
const firstTools: ReadonlySet<string> = new Set([
  ...['list_files', 'read_file', 'search_files'],
  ...['cancel_agents', 'read_answers', 'spawn_agents', 'wait_for_agents'],
])

/**
 * The tools in a call's key: all it got where it, or its agent type, named them; else those of them that
 * every call has had from the first, and what the run permits beside them, so that a new tool makes no call
 * another one. `frozen` are the tools of servers with the digests of what they were: one that has changed is
 * another question, whoever named it. `asksBeyond`: a person decides on part of it while the run goes on.
 */
export function toolsInKey(
  given: readonly string[],
  areNamed: boolean,
  { write, shell, hosts, web, mcp }: Permissions = noPermissions,
  frozen: readonly string[] = [],
  asksBeyond = false,
): string[] {
  const asking = asksBeyond ? ['asks for the rest'] : []
  if (areNamed) return [...given, ...frozen, ...asking]
  return [
    ...frozen,
    ...asking,
    ...given.filter((name) => firstTools.has(name)),
    ...(write ? ['may write'] : []),
    ...(shell ? ['may run commands'] : []),
    ...hosts.map((host) => `may reach ${host}`),
    ...(web ? ['may read the web'] : []),
    ...mcp.map((server) => `may call ${server}`),
  ]
}

/** Identity of a call: its digest, and how often that digest came before in the same call scope. */
export function callKey(digest: string, scope: string, occurrence: number): string {
  return `${scope}:${digest}:${occurrence}`
}

/** Counts occurrences of digests by scope, in the order the script makes its calls. */
export class OccurrenceCounter {
  #seen = new Map<string, number>()

  /** The occurrence number of this call, starting at 0, and counts it. */
  next(scope: string, digest: string): number {
    const id = `${scope}:${digest}`
    const occurrence = this.#seen.get(id) ?? 0
    this.#seen.set(id, occurrence + 1)
    return occurrence
  }
}
