import { unphased } from './fold'
import type { RunState } from './state'

/** What one phase has used so far. */
export type PhaseUse = { title: string; spentNanoUsd: number; tokens: number }

/** What the phases of a run have used, told from their agents. */
export function useByPhase({ agents }: Pick<RunState, 'agents'>): PhaseUse[] {
  const phases = new Map<string, PhaseUse>()
  for (const { phase, costNanoUsd, unsettledNanoUsd, usage } of agents.values()) {
    const title = phase ?? unphased
    const use = phases.get(title) ?? { title, spentNanoUsd: 0, tokens: 0 }
    use.spentNanoUsd += (costNanoUsd ?? 0) + unsettledNanoUsd
    use.tokens += usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
    phases.set(title, use)
  }
  return [...phases.values()]
}
