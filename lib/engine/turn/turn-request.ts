import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { TurnRequest } from '@/lib/core/ports/ports'
import { effortSchema, type Speed } from '@/lib/core/spec/run'
import type { TurnPlan } from '../context/turn-plan'

/** The request of a turn. `lasting`: the cache lifetime of a prefix that a later turn sends again. */
export function requestOf(
  plan: TurnPlan,
  maxTokens: number,
  speed: Speed,
  lasting: '5m' | '1h',
): TurnRequest {
  const { spec } = plan
  const effort = effortSchema.safeParse(spec.options.effort)
  return {
    model: plan.model,
    maxTokens,
    system: spec.system,
    tools: spec.tools,
    ...(spec.serverTools === undefined ? {} : { serverTools: spec.serverTools }),
    messages: plan.messages,
    effort: effort.success ? effort.data : null,
    taskBudgetTokens: plan.taskBudgetTokens,
    speed,
    cache: cachesPrefix(spec) ? cacheLifetime(spec, lasting) : 'none',
  }
}

/**
 * Only an agent with tools comes back with the same prefix, or has it read again while the provider's own run; a
 * single answer would pay for a cache nobody reads.
 */
export function cachesPrefix(spec: AgentSpec): boolean {
  const { tools, serverTools = [] } = spec
  return serverTools.length > 0 || tools.some(({ name }) => name !== 'answer' && name !== 'flag')
}

/**
 * How long an agent's prefix is kept: an hour where it waits for agents that it leads, since a wave takes
 * longer than the five minutes after which all of its conversation would be written anew.
 */
export function cacheLifetime(spec: Pick<AgentSpec, 'tools'>, lasting: '5m' | '1h'): '5m' | '1h' {
  return spec.tools.some(({ name }) => name === 'wait_for_agents') ? '1h' : lasting
}
