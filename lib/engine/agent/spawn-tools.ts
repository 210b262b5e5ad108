import { z } from 'zod'
import type { ToolDefinition } from '@/lib/core/ports/ports'
import { effortSchema } from '@/lib/core/spec/run'

/**
 * How deep agents may spawn agents: a script's own call is at depth 0, and agents at this depth only work.
 */
export const MAX_DEPTH = 3

/** Agents one call may spawn; a commit of more would hold the event loop, and a model rarely means it. */
export const MOST_IN_A_CALL = 150

/** Ids, each once; one alone may come without its brackets. */
const ids = z
  .preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(z.string().min(1)).min(1).max(1000),
  )
  .transform((all) => [...new Set(all)])

/** Numbers come as text from models that write all they say as text. */
const asNumber = (value: unknown) =>
  typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value

const noneIsAbsent = (value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)

/** Input of `spawn_agents`. Unknown members are left aside: models add them. */
export const spawnInput = z.object({
  agents: z
    .array(
      z.object({
        label: z.string().min(1).max(200),
        prompt: z.string().min(1),
        phase: z.string().min(1).max(100).optional(),
        model: z.string().min(1).max(200).optional(),
        effort: effortSchema.optional(),
        schema: z.record(z.string(), z.json()).optional(),
        tools: z.array(z.string()).optional(),
        use_answers_of: z.preprocess(noneIsAbsent, ids.optional()),
        may_spawn: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(MOST_IN_A_CALL),
})
export type SpawnInput = z.infer<typeof spawnInput>

/** Input of `wait_for_agents`: which, and for how many of them. */
export const waitInput = z.object({
  agents: ids.optional(),
  until: z.preprocess(asNumber, z.union([z.enum(['all', 'any']), z.number().int().positive()]).optional()),
  seconds: z.preprocess(asNumber, z.number().positive().max(86_400).optional()),
})
export type WaitInput = z.infer<typeof waitInput>

/** Input of `read_answers`. */
export const readInput = z.object({
  agents: ids,
  from: z.preprocess(asNumber, z.number().int().nonnegative().optional()),
})

/** Input of `cancel_agents`. */
export const cancelInput = z.object({ agents: ids })

const idList = { type: 'array', items: { type: 'string' }, description: 'Ids as `spawn_agents` gave them.' }

/** What an agent that may spawn others is offered, sorted by name. */
export const spawnDefinitions: readonly ToolDefinition[] = [
  {
    name: 'cancel_agents',
    description: 'Stop agents whose answer is no longer needed. What they have used so far stays spent.',
    inputSchema: {
      type: 'object',
      properties: { agents: idList },
      required: ['agents'],
      additionalProperties: false,
    },
  },
  {
    name: 'read_answers',
    description: 'Read the whole answers of agents that have ended, page by page where they are long.',
    inputSchema: {
      type: 'object',
      properties: {
        agents: idList,
        from: {
          type: 'integer',
          minimum: 0,
          description: 'Character to read on from, where an answer was cut.',
        },
      },
      required: ['agents'],
      additionalProperties: false,
    },
  },
  {
    name: 'spawn_agents',
    description:
      'Start a wave of subagents that work side by side, each with a context of its own. Returns their ids at once; ' +
      'wait for them with `wait_for_agents`.',
    inputSchema: {
      type: 'object',
      properties: {
        agents: {
          type: 'array',
          minItems: 1,
          maxItems: MOST_IN_A_CALL,
          items: {
            type: 'object',
            properties: {
              label: { type: 'string', description: 'A few words that people see on the map.' },
              prompt: {
                type: 'string',
                description:
                  'All that this agent is told: its goal, the form of its answer, where to look, and where its work ends.',
              },
              phase: { type: 'string', description: 'Name of the group it belongs to.' },
              model: { type: 'string', description: 'opus, sonnet, haiku, fable or a full model id.' },
              effort: {
                type: 'string',
                enum: [...effortSchema.options],
                description:
                  'low or medium for looking things up and checking, high for judging and writing.',
              },
              schema: { type: 'object', description: 'JSON Schema of its answer; the root is an object.' },
              tools: {
                type: 'array',
                items: { type: 'string' },
                description: 'Which of your own tools it may use.',
              },
              use_answers_of: {
                type: 'array',
                items: { type: 'string' },
                description: 'Ids of ended agents whose answers are put below its prompt.',
              },
              may_spawn: { type: 'boolean', description: 'Whether it may spawn agents of its own.' },
            },
            required: ['label', 'prompt'],
            additionalProperties: false,
          },
        },
      },
      required: ['agents'],
      additionalProperties: false,
    },
  },
  {
    name: 'wait_for_agents',
    description:
      'Wait until agents have ended, and see how: `succeeded`, `flagged` (an uncertain, empty, truncated or refused answer), ' +
      '`failed` or `cancelled`, each with the beginning of its answer.',
    inputSchema: {
      type: 'object',
      properties: {
        agents: { ...idList, description: 'Which; if left out, all whose end you have not been told yet.' },
        until: {
          anyOf: [
            { type: 'string', enum: ['all', 'any'] },
            { type: 'integer', minimum: 1 },
          ],
          description: 'all (usual), any, or how many of them.',
        },
        seconds: { type: 'number', description: 'Longest wait; then you see who has ended so far.' },
      },
      additionalProperties: false,
    },
  },
]

/** What an agent is offered that was handed answers too long for its prompt. */
export const readDefinitions: readonly ToolDefinition[] = spawnDefinitions.filter(
  ({ name }) => name === 'read_answers',
)

/** True for the tools that lead other agents. */
export function isSpawnTool(name: string): boolean {
  return spawnDefinitions.some((tool) => tool.name === name)
}

/** True for those whose results are JSON that is read again later, and would be of no use cut. */
export function isReadAgain(name: string): boolean {
  return isSpawnTool(name) && name !== 'read_answers'
}
