import { z } from 'zod'
import { bareToolName } from '@/lib/core/agent/tool-names'
import { cutText, cutWithCount } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { longest } from '@/lib/core/base/text-bounds'
import { effortSchema } from '@/lib/core/spec/run'

/** Public scripts ask for up to two hours of silence. */
const LONGEST_STALL_MS = 7_200_000
const LONGEST_TIMEOUT_MS = 7 * 86_400_000

/** Most notes on one call; of an object with a thousand unknown options only the first are named. */
const MOST_NOTES = 20

/**
 * The options of the dialect, and what each takes in words. `schema` is read apart, `phase` by the sandbox.
 */
const options = {
  label: { as: z.string().transform((text) => cutWithCount(text, longest.name)), takes: 'a string' },
  phase: { as: z.string(), takes: 'a string' },
  model: {
    as: z.string().max(longest.name),
    takes: 'a string: opus, sonnet, haiku, fable, inherit or a full id',
  },
  effort: { as: effortSchema, takes: 'one of low, medium, high, xhigh, max' },
  stallMs: {
    as: z
      .number()
      .positive()
      .transform((ms) => Math.min(ms, LONGEST_STALL_MS)),
    takes: 'a number of milliseconds above 0',
  },
  timeoutMs: {
    as: z.number().positive().max(LONGEST_TIMEOUT_MS),
    takes: 'a number of milliseconds, at most a week',
  },
  retries: { as: z.number().int().min(0).max(100), takes: 'a whole number from 0 to 100' },
  maxTurns: { as: z.number().int().positive().max(1000), takes: 'a whole number from 1 to 1000' },
  maxTokens: { as: z.number().int().positive().max(300_000), takes: 'a whole number from 1 to 300000' },
  tools: {
    as: z
      .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
      .transform((names) => names.map(bareToolName).filter((name) => name !== '')),
    takes: 'a list of tool names',
  },
  limits: {
    as: z.object({ usd: z.number().positive().nullish(), tokens: z.number().int().positive().nullish() }),
    takes: '{usd, tokens}, numbers above 0',
  },
  spawn: { as: z.boolean(), takes: 'true or false' },
  check: { as: z.literal('workflow'), takes: "'workflow'" },
  agentType: { as: z.string().min(1).max(longest.name), takes: 'the name of an agent type' },
  isolation: { as: z.enum(['worktree']), takes: "'worktree'" },
  speed: { as: z.enum(['standard', 'fast']), takes: "'standard' or 'fast'" },
  delivery: { as: z.enum(['live', 'standard', 'batch']), takes: "'live' or 'batch'" },
} as const

type Name = keyof typeof options
/** What a call asked for; what it left out, or gave in a form that cannot be used, is absent. */
export type CallOptions = { [K in Name]?: z.output<(typeof options)[K]['as']> }

const schema = z.object({
  label: options.label.as.optional().catch(undefined),
  phase: options.phase.as.optional().catch(undefined),
  model: options.model.as.optional().catch(undefined),
  effort: options.effort.as.optional().catch(undefined),
  stallMs: options.stallMs.as.optional().catch(undefined),
  timeoutMs: options.timeoutMs.as.optional().catch(undefined),
  retries: options.retries.as.optional().catch(undefined),
  maxTurns: options.maxTurns.as.optional().catch(undefined),
  maxTokens: options.maxTokens.as.optional().catch(undefined),
  tools: options.tools.as.optional().catch(undefined),
  limits: options.limits.as.optional().catch(undefined),
  spawn: options.spawn.as.optional().catch(undefined),
  check: options.check.as.optional().catch(undefined),
  agentType: options.agentType.as.optional().catch(undefined),
  isolation: options.isolation.as.optional().catch(undefined),
  speed: options.speed.as.optional().catch(undefined),
  delivery: options.delivery.as.optional().catch(undefined),
})

/**
 * Reads the options of a call and what a reader of the run should be told of them. Nothing is ever refused.
 * `canChangeFiles`: whether agents of the run may.
 */
export function readOptions(
  given: JsonObject,
  canChangeFiles = false,
): { options: CallOptions; notes: string[] } {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
  return {
    options: schema.parse(present),
    notes: [...problemsOf(present), ...(canChangeFiles ? [] : shortfallsOf(present))].slice(0, MOST_NOTES),
  }
}

/** The agent type a call names, if it does so in words that can be read. */
export function agentTypeOf(given: JsonObject): string | null {
  return options.agentType.as.safeParse(given.agentType).data ?? null
}

function problemsOf(given: JsonObject): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    if (name === 'schema')
      return isJsonObject(value) ? [] : ['agent() schema is not an object and was ignored']
    if (!isName(name)) return [`agent() option \`${cutText(name, 60)}\` is not known here and was ignored`]
    if (options[name].as.safeParse(value).success) return []
    return [`agent() ${name} ${show(value)} was ignored: it takes ${options[name].takes}`]
  })
}

/** What is understood, and not done today. */
function shortfallsOf(given: JsonObject): string[] {
  return [
    ...(given.isolation === 'worktree'
      ? ["agent() isolation 'worktree': agents here only read, so no worktree is made"]
      : []),
  ]
}

function isName(name: string): name is Name {
  return Object.hasOwn(options, name)
}

function show(value: Json): string {
  return cutText(JSON.stringify(value), 60)
}
