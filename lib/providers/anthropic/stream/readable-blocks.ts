import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { unparsedInput } from '@/lib/core/base/tool-input'
import type { ToolDefinition } from '@/lib/core/ports/ports'
import { renameInputs } from '../../property-names'
import { isSoundId, uniqueId } from '../tool-ids'
import { parseAnswer } from './answer-bounds'

/**
 * The blocks of a response as the rest of the program may rely on them: each tool call has an id of its own,
 * a name, and an object as its input, whose keys are the author's. What the API itself sends is like that and
 * stays as it came.
 */
export function readableBlocks(
  content: readonly JsonObject[],
  tools: readonly ToolDefinition[],
): JsonObject[] {
  const taken = new Set<string>()
  const sound = content.map((block) => {
    if (block.type !== 'tool_use') return block
    const id = typeof block.id === 'string' && isSoundId(block.id) && !taken.has(block.id) ? block.id : null
    const own = id ?? uniqueId(typeof block.id === 'string' ? block.id : '', taken)
    taken.add(own)
    const input = readInput(block.input)
    const name = typeof block.name === 'string' && block.name !== '' ? block.name : NAMELESS
    return own === block.id && input === block.input && name === block.name
      ? block
      : { ...block, id: own, name, input }
  })
  return renameInputs(sound, tools, 'ofAuthor')
}

/** Name for a tool call without one; the model is then told that no such tool exists. */
const NAMELESS = 'unnamed_tool'

/**
 * Translating gateways send an empty input as nothing, null or an empty text, and a full one as JSON within a
 * text.
 */
function readInput(input: Json | undefined): JsonObject {
  if (isJsonObject(input)) return input
  if (input === undefined || input === null || input === '') return {}
  const inner = typeof input === 'string' ? parseAnswer(input) : undefined
  return isJsonObject(inner) ? inner : unparsedInput(input)
}
