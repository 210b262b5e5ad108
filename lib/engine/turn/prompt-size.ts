import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'

/** Tokens the API adds for tools and framing (pricing page: at most 804 on any priced model). */
const FRAMING_TOKENS = 1000

/**
 * An upper bound for the tokens of a prompt, for reservations: two characters of Latin text make at most a
 * token, and every other character may be one by itself. It errs upwards on purpose: a reservation that is
 * too small would break a cap.
 */
export function promptTokenBound(spec: AgentSpec, messages: readonly Message[]): number {
  let bound = FRAMING_TOKENS + textBound(spec.system)
  for (const tool of spec.tools)
    bound += textBound(tool.description) + textBound(JSON.stringify(tool.inputSchema))
  for (const message of messages) bound += messageBound(message)
  return bound
}

/** Conversations only grow, so each message is measured once. */
const measured = new WeakMap<Message, number>()

function messageBound(message: Message): number {
  const known = measured.get(message)
  if (known !== undefined) return known
  const bound = textBound(JSON.stringify(message.content))
  measured.set(message, bound)
  return bound
}

function textBound(text: string): number {
  let wide = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) wide += 1
  return Math.ceil((text.length - wide) / 2) + wide * 2
}
