import type { AgentState } from '@/lib/core/agent/agent'
import type { Actor } from '@/lib/core/base/actor'
import { outputLimit } from '@/lib/core/money/models'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Write } from '@/lib/core/ports/journal-store'
import type { RunEvent } from '@/lib/core/run/events'
import type { Delivery } from '@/lib/core/spec/run'

/** How an agent is to be asked again; null where it stays as it is. */
export type RetryRequest = { maxTokens: number | null; delivery: Delivery | null }

/** Why its model cannot be asked so; null when it can. */
export function cannotGive(agent: AgentState, { maxTokens, delivery }: RetryRequest): string | null {
  if (maxTokens === null) return null
  const way = delivery ?? agent.delivery
  const most = outputLimit(agent.model, way)
  if (maxTokens <= most) return null
  const inBatch = outputLimit(agent.model, 'batch')
  const hint = way === 'live' && maxTokens <= inBatch ? ' Ask for it as a batch.' : ''
  return `${agent.model} returns at most ${most.toLocaleString('en')} output tokens per turn ${way === 'live' ? 'live' : 'in a batch'}.${hint}`
}

/** The agent's options as they are from now on, and what is recorded of that; null asks for what it has. */
export function retryRequest(
  spec: AgentSpec,
  asked: RetryRequest | null,
  actor: Actor,
): { spec: AgentSpec; events: RunEvent[]; writes: Write[] } {
  if (asked === null) return { spec, events: [], writes: [] }
  const { agentId } = spec
  const maxTokens = asked.maxTokens ?? spec.options.maxTokens
  const delivery = asked.delivery ?? spec.options.delivery
  const speed = delivery === 'batch' ? ('standard' as const) : spec.options.speed
  const options = { ...spec.options, maxTokens, delivery, speed }
  return {
    spec: { ...spec, options },
    events: [{ type: 'agent.changed', agentId, delivery, maxTokens, actor }],
    writes: [{ do: 'change-options', agentId, options }],
  }
}
