import { tokenBound } from '@/lib/core/agent/context-size'
import { shownTokens } from '@/lib/core/agent/shown'
import type { Usage } from '@/lib/core/money/usage'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'
import type { KnownPrompt } from '../context/live-agent'

/** Tokens the API adds for tools (pricing page: at most 804 on any priced model), and around messages. */
const TOOL_FRAMING_TOKENS = 1000
const FRAMING_TOKENS = 64

/** Tokens of what a server tool says of itself; nobody documents them, and those of other tools are fewer. */
const SERVER_TOOL_TOKENS = 3000

/** Allowance for tokens that the API adds between two turns, as a share and in tokens. */
const KNOWN_MARGIN = { share: 0.01, tokens: 200 } as const

/**
 * An upper bound for the tokens of a prompt, for reservations. What the provider has counted of it counts as
 * it said, with a margin; the rest is bounded, what is shown by its own bound. It errs upwards on purpose: a reservation that is too small would break a
 * cap.
 */
export function promptTokenBound(
  spec: AgentSpec,
  messages: readonly Message[],
  known: KnownPrompt | null,
): number {
  if (known !== null) {
    const counted = Math.ceil(known.tokens * (1 + KNOWN_MARGIN.share)) + KNOWN_MARGIN.tokens
    return messages.slice(known.messages).reduce((sum, message) => sum + messageBound(message), counted)
  }
  let bound = (spec.tools.length > 0 ? TOOL_FRAMING_TOKENS : FRAMING_TOKENS) + tokenBound(spec.system)
  bound += (spec.serverTools?.length ?? 0) * SERVER_TOOL_TOKENS
  for (const tool of spec.tools) bound += toolBound(tool)
  for (const message of messages) bound += messageBound(message)
  return bound
}

/** Tools are the same for all agents of a kind, and each is measured once. */
const measuredTools = new WeakMap<AgentSpec['tools'][number], number>()

function toolBound(tool: AgentSpec['tools'][number]): number {
  const known = measuredTools.get(tool)
  if (known !== undefined) return known
  const bound = tokenBound(tool.description) + schemaBound(JSON.stringify(tool.inputSchema))
  measuredTools.set(tool, bound)
  return bound
}

/** A JSON Schema of English words has some three characters to a token, signs included. */
function schemaBound(schema: string): number {
  return /^[ -~]*$/.test(schema) ? Math.ceil(schema.length / 2) : tokenBound(schema)
}

/** Conversations only grow, so each message is measured once. */
const measured = new WeakMap<Message, number>()

function messageBound(message: Message): number {
  const known = measured.get(message)
  if (known !== undefined) return known
  const bound = tokenBound(JSON.stringify(message.content)) + shownTokens(message.content)
  measured.set(message, bound)
  return bound
}

/**
 * Tokens that a committed turn shows the conversation to have: its whole prompt plus its answer, which is
 * sent again. Null when the response reported no usage, or several iterations whose prompts cannot be
 * separated.
 */
export function knownAfter(usage: Usage, messages: number): KnownPrompt | null {
  if (!usage.isMetered || usage.iterations.length > 0) return null
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, outputTokens } = usage
  const tokens = inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens + outputTokens
  return inputTokens + cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens === 0
    ? null
    : { messages, tokens }
}
