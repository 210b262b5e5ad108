import { spentBy } from '../agent/agent'
import { allTokens } from '../money/token-counts'
import { unphased } from './phases'
import type { RunState } from './state'

/** What one phase has used so far, including the estimated use of lost turns. */
export type PhaseUse = { title: string; spentNanoUsd: number; tokens: number }

/** What the phases of a run have used, added up from their agents. */
export function useByPhase({ agents }: Pick<RunState, 'agents'>): PhaseUse[] {
  const phases = new Map<string, PhaseUse>()
  for (const agent of agents.values()) {
    const { phase, unsettledNanoUsd, unsettledTokens, usage } = agent
    const title = phase ?? unphased
    const use = phases.get(title) ?? { title, spentNanoUsd: 0, tokens: 0 }
    use.spentNanoUsd += spentBy(agent) + unsettledNanoUsd
    use.tokens += allTokens(usage) + unsettledTokens
    phases.set(title, use)
  }
  return [...phases.values()]
}
