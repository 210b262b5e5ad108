import { z } from 'zod'
import { callSiteSchema } from '@/lib/core/agent/call-site'
import { cutWithCount } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, parseJson } from '@/lib/core/base/json'
import { longest } from '@/lib/core/base/text-bounds'
import type { Command } from '@/lib/core/ports/sandbox'

const id = z.number().int()
const scope = z.string()
const site = callSiteSchema.nullable()
/** The prelude has cut it already, and added its mark; a script that bent the prelude is cut here. */
const words = (most: number) => z.string().transform((text) => cutWithCount(text, most + 100))
const place = {
  message: words(longest.error),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
}

/** An item of a barrier. */
const within = z.object({ id, item: z.number().int() }).nullable().default(null)

const agent = z.object({
  id,
  scope,
  prompt: z.string(),
  optionsText: z.string(),
  site,
  phase: words(longest.name).nullable(),
  settled: z.boolean(),
  overBudget: z.boolean().default(false),
  barrier: within,
})
const reference = z.discriminatedUnion('by', [
  z.object({ by: z.literal('name'), name: z.string() }),
  z.object({ by: z.literal('path'), path: z.string() }),
  z.object({ by: z.literal('source'), source: z.string() }),
])
const checkpoint = z.object({
  id,
  scope,
  title: words(longest.question),
  detail: words(longest.matter),
  inputText: z.string(),
  timeoutMs: z.number().positive().nullable(),
  hasDefault: z.boolean(),
  defaultText: z.string(),
  site,
})

/** Commands that are sent in the shape they have. */
const plain = z.discriminatedUnion('do', [
  z.object({ do: z.literal('workflow'), id, scope, reference, site }),
  z.object({ do: z.literal('workflow-ended'), scope, error: z.object(place).nullable() }),
  z.object({
    do: z.literal('merge'),
    id,
    scope,
    agents: z.array(z.string().max(200)).max(10_000).nullable(),
    phase: words(longest.name).nullable(),
    check: z.string().min(1).max(10_000).nullable(),
    resolve: words(longest.matter),
    resolves: z.boolean(),
    site,
  }),
  z.object({ do: z.literal('changes'), id, scope }),
  z.object({
    do: z.literal('check-quotes'),
    id,
    scope,
    quotes: z.array(z.object({ source: words(4_000), quote: words(longest.quote) })).max(100_000),
  }),
  z.object({ do: z.literal('reject'), id }),
  z.object({ do: z.literal('set-timer'), id, scope, delayMs: z.number().nonnegative() }),
  z.object({ do: z.literal('clear-timer'), id }),
  z.object({ do: z.literal('log'), message: words(longest.line) }),
  z.object({ do: z.literal('note'), message: words(longest.line), site }),
  z.object({ do: z.literal('phase'), title: words(longest.name) }),
  z.object({
    do: z.literal('open-barrier'),
    id,
    kind: z.enum(['parallel', 'pipeline']),
    size: z.number().int(),
    site,
    within,
  }),
  z.object({ do: z.literal('close-barrier'), id }),
  z.object({ do: z.literal('throw'), ...place }),
])

/**
 * What the prelude sent, as a command. Null when it is none: a script can bend the language its prelude is
 * written in.
 */
export function readCommand(kind: string, value: Json): Command | null {
  if (!isJsonObject(value)) return null
  if (kind === 'agent') {
    const { data } = agent.safeParse(value)
    if (data === undefined) return null
    const { optionsText, ...call } = data
    const options = parseJson(optionsText)
    return { do: 'agent', dependsOn: [], ...call, options: isJsonObject(options) ? options : {} }
  }
  if (kind === 'checkpoint') {
    const { data } = checkpoint.safeParse(value)
    if (data === undefined) return null
    const { inputText, defaultText, ...question } = data
    const input = parseJson(inputText)
    return {
      do: 'checkpoint',
      ...question,
      input: isJsonObject(input) ? input : null,
      default: parseJson(defaultText) ?? null,
    }
  }
  return plain.safeParse({ ...value, do: kind }).data ?? null
}
