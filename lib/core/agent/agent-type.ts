import { z } from 'zod'

/** A named kind of subagent: who it is, what it may use, and which model it wants. */
export const agentTypeSchema = z.object({
  name: z.string(),
  description: z.string(),
  /**
   * Tools by our own names, and those asked for that nobody here offers; null means all that the run offers.
   */
  tools: z.array(z.string()).nullable(),
  /** An alias or a model id; null takes what the call would take anyway. */
  model: z.string().nullable(),
  /** Goes below the system text of every subagent. */
  instructions: z.string(),
})
export type AgentType = z.infer<typeof agentTypeSchema>

export type FoundAgentType =
  | { kind: 'found'; type: AgentType }
  | { kind: 'unknown'; known: string[] }
  | { kind: 'unusable'; message: string }

/** The agent types of one run: its workspace's, its user's, and those built in. Read when asked. */
export type AgentTypes = { find(name: string, signal: AbortSignal): Promise<FoundAgentType> }

/** Types that exist everywhere. */
export const builtInTypes: readonly AgentType[] = [
  {
    name: 'general-purpose',
    description:
      'Any work that needs several steps: searching, reading and answering questions about what was found.',
    tools: null,
    model: null,
    instructions: '',
  },
  {
    name: 'Explore',
    description: 'Finds its way in a workspace, read-only: where things are, how they hang together.',
    tools: ['list_files', 'read_file', 'search_files'],
    model: null,
    instructions:
      'You explore. Search broadly first, with several names and spellings at once, then read only what decides the ' +
      'question. Follow imports and calls rather than guessing at them. Answer with what you found: paths with line ' +
      'numbers, how the parts hang together, and what you looked for and did not find. Propose no changes.',
  },
]
