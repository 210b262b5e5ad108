import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'

/** Begins what a summary says of agents whose end the conversation before it had told. */
export const KNOWN_ENDS = 'Agents whose end you have been told:'

/** Agents whose end an earlier wait has told, read from the conversation, so that it survives a crash. */
export function toldOf(messages: readonly Message[]): Set<string> {
  const blocks = messages.flatMap(({ content }) => content)
  const waits = new Set(
    blocks.flatMap(({ type, name, id }) => (type === 'tool_use' && name === 'wait_for_agents' ? [id] : [])),
  )
  const results = blocks.flatMap(({ type, tool_use_id, content }) =>
    type === 'tool_result' &&
    tool_use_id !== undefined &&
    waits.has(tool_use_id) &&
    typeof content === 'string'
      ? [toldSchema.safeParse(parseJson(content))]
      : [],
  )
  const summarised = blocks.flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' && text.startsWith(KNOWN_ENDS)
      ? text.slice(KNOWN_ENDS.length).trim().split(' ')
      : [],
  )
  return new Set([...summarised, ...results.flatMap(({ data }) => data?.agents.map(({ id }) => id) ?? [])])
}

const toldSchema = z.object({ agents: z.array(z.object({ id: z.string() })) })
