import { promptTokens } from './pricing'
import { isCount, type Usage, usageAtLoss } from './usage'

/** The counts of the wire that decide whether a response can be booked, by their path. */
const counts = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation.ephemeral_5m_input_tokens',
  'cache_creation.ephemeral_1h_input_tokens',
  'server_tool_use.web_search_requests',
] as const
type CountPath = (typeof counts)[number]

/**
 * Reads every usage object of one response and decides at its end whether the response was metered. Missing
 * and null fields are ignored; text, fractions and negative numbers make the usage unusable unless a later
 * event corrects them.
 */
export class Metering {
  readonly #stated = new Set<CountPath>()
  readonly #odd = new Set<CountPath | 'iterations'>()
  #hasFinalOutput = false

  /** `isFinal`: nothing comes after it. What a stream says of its output at its start is a placeholder. */
  onEvent(wire: unknown, isFinal: boolean): void {
    for (const path of counts) {
      const value = valueAt(wire, path)
      if (value === undefined || value === null) continue
      if (isCount(value)) {
        this.#stated.add(path)
        this.#odd.delete(path)
      } else this.#odd.add(path)
      if (path === 'output_tokens') this.#hasFinalOutput = isFinal && isCount(value)
    }
    const iterations = valueAt(wire, 'iterations')
    if (iterations === undefined || iterations === null) return
    if (Array.isArray(iterations) && iterations.every(isCounted)) this.#odd.delete('iterations')
    else this.#odd.add('iterations')
  }

  /** No prompt is empty, and nothing is written for no tokens: zeros beside content are no counts. */
  isUsable(usage: Usage, hasContent: boolean): boolean {
    if (this.#odd.size > 0 || !this.#stated.has('input_tokens') || !this.#hasFinalOutput) return false
    return !hasContent || (promptTokens(usage) > 0 && usage.outputTokens > 0)
  }
}

/** What is billed apart has to say what it used as well. */
function isCounted(iteration: unknown): boolean {
  if (valueAt(iteration, 'type') === 'message') return true
  return isCount(valueAt(iteration, 'input_tokens')) && isCount(valueAt(iteration, 'output_tokens'))
}

function valueAt(wire: unknown, path: string): unknown {
  let value: unknown = wire
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(name)
  }
  return value
}

/** A usage whose prompt nobody has counted, with the size that was reserved for it. */
export function withPrompt(usage: Usage, promptBound: number): Usage {
  return promptTokens(usage) > 0 ? usage : { ...usage, inputTokens: promptBound }
}

/**
 * Probable usage of a response without usable usage: its prompt as reported, at least as large as its
 * reservation, and the output seen plus possible thinking. Never less than reported.
 */
export function probableUsage(
  said: Usage,
  seen: { promptBound: number; outputCharacters: number; silentMs: number; maxTokens: number },
): Usage {
  const known = {
    ...said,
    inputTokens: said.inputTokens + Math.max(0, seen.promptBound - promptTokens(said)),
  }
  return { ...usageAtLoss(known, seen), isMetered: true }
}
