import { z } from 'zod'
import { ownToolName } from '@/lib/core/agent/tool-names'
import { readHead } from './front-matter'

/** What the head of an agent definition says, or what is wrong with it. */
export type DefinitionHead =
  | { name: string | null; description: string; tools: string[] | null; model: string | null }
  | { problem: string }

const text = z.string().trim()
const headSchema = z.object({
  name: text.min(1).max(200).optional().catch(undefined),
  description: z.coerce.string().optional().catch(undefined),
  tools: z.union([z.array(z.string()), z.string()]).nullish(),
  model: z.string().max(200).nullish(),
})

/**
 * Reads the heads of definitions. Blocks its thread, for as long as they make it: only for one that can be
 * killed.
 */
export function readDefinitionHeads(heads: readonly string[]): DefinitionHead[] {
  return heads.map(readDefinitionHead)
}

function readDefinitionHead(head: string): DefinitionHead {
  const fields = readHead(head)
  if (fields === null)
    return {
      problem: 'has a head that is no YAML. Write one `key: value` a line between two lines of `---`.',
    }
  const parsed = headSchema.safeParse(fields)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { problem: `has a field \`${issue?.path.join('.')}\` that cannot be read: ${issue?.message}.` }
  }
  const { name = null, description = '', tools, model } = parsed.data
  return {
    name,
    description: description.trim(),
    tools: toolNames(tools),
    model: model == null || model.trim() === '' ? null : model.trim(),
  }
}

/** Left out, or `*`, a definition takes every tool there is. */
function toolNames(tools: string[] | string | null | undefined): string[] | null {
  if (tools == null) return null
  const names = (typeof tools === 'string' ? atCommas(tools) : tools).map((name) => name.trim())
  const given = names.filter((name) => name !== '')
  return given.length === 0 || given.includes('*') ? null : [...new Set(given.map(ownToolName))]
}

/** The parts between commas; a comma in brackets belongs to what a tool is limited to. */
function atCommas(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let level = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '(') level += 1
    else if (character === ')') level = Math.max(0, level - 1)
    else if (character === ',' && level === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}
