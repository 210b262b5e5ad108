import { type AgentState, spentBy } from '@/lib/core/agent/agent'
import { unphased } from '@/lib/core/run/phases'
import { modelName } from '../format/model-name'

/** What one agent cost; `share` is of the most expensive one, for its bar. */
export type AgentCost = {
  id: string
  label: string
  phase: string
  model: string
  nanoUsd: number
  turns: number
  share: number
}

/** The most expensive agents, the models they ran on (most expensive first), and the sum of all others. */
export type AgentCosts = { rows: AgentCost[]; models: string[]; rest: { agents: number; nanoUsd: number } }

/** Agents by what they cost, at most `most` by name. Agents that cost nothing are in neither. */
export function agentCosts(agents: Iterable<AgentState>, most: number): AgentCosts {
  const spent = [...agents]
    .map((agent) => ({ agent, nanoUsd: spentBy(agent) }))
    .filter(({ nanoUsd }) => nanoUsd > 0)
    .sort((a, b) => b.nanoUsd - a.nanoUsd || a.agent.position - b.agent.position)
  const top = spent[0]?.nanoUsd ?? 1
  const rows = spent.slice(0, most).map(
    ({ agent, nanoUsd }): AgentCost => ({
      id: agent.id,
      label: agent.label,
      phase: agent.phase ?? unphased,
      model: modelName(agent.model),
      nanoUsd,
      turns: agent.turns,
      share: nanoUsd / top,
    }),
  )
  const byModel = new Map<string, number>()
  for (const { model, nanoUsd } of rows) byModel.set(model, (byModel.get(model) ?? 0) + nanoUsd)
  return {
    rows,
    models: [...byModel].sort(([, a], [, b]) => b - a).map(([model]) => model),
    rest: {
      agents: Math.max(0, spent.length - most),
      nanoUsd: spent.slice(most).reduce((sum, one) => sum + one.nanoUsd, 0),
    },
  }
}
