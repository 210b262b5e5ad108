import { spentBy } from '@/lib/core/agent/agent'
import type { StatusCounts } from '@/lib/core/agent/agent-status'
import { agentStatuses, noAgents } from '@/lib/core/agent/agent-status'
import type { RunState } from '@/lib/core/run/state'

export type GroupCounts = { counts: StatusCounts; spentNanoUsd: number; hasUnknownCost: boolean }

/** Counts the agents of one group; the same object while nothing in it has changed. */
export function groupCounter(
  agentIds: readonly string[],
): (agents: RunState['agents'] | undefined) => GroupCounts {
  let agents: RunState['agents'] | undefined
  let last: GroupCounts = { counts: noAgents(), spentNanoUsd: 0, hasUnknownCost: false }
  return (next) => {
    if (next === undefined || next === agents) return last
    agents = next
    const counts = noAgents()
    let spentNanoUsd = 0
    let hasUnknownCost = false
    for (const id of agentIds) {
      const agent = next.get(id)
      if (agent === undefined) continue
      counts[agent.status] += 1
      spentNanoUsd += spentBy(agent)
      hasUnknownCost ||= agent.costNanoUsd === null
    }
    const isSame =
      last.spentNanoUsd === spentNanoUsd &&
      last.hasUnknownCost === hasUnknownCost &&
      agentStatuses.every((status) => counts[status] === last.counts[status])
    if (!isSame) last = { counts, spentNanoUsd, hasUnknownCost }
    return last
  }
}

/** The most telling state of a group: problems first, then activity, then the most frequent one. */
export function dominant(counts: StatusCounts): (typeof agentStatuses)[number] {
  if (counts.running + counts.stalled > 0) return counts.running >= counts.stalled ? 'running' : 'stalled'
  return agentStatuses.reduce((most, status) => (counts[status] > counts[most] ? status : most))
}
