import { canonicalJson, type Json } from '../base/json'

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
