import type { AgentState } from '@/lib/core/agent/agent'
import { promptTokens } from '@/lib/core/money/pricing'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import { unphased } from '@/lib/core/run/phases'
import { noAgentLimits } from '@/lib/core/spec/run'
import { answerTool, flagTool, openingMessage } from '@/lib/engine/conversation/prompts'
import { promptTokenBound } from '@/lib/engine/turn/prompt-size'
import type { App } from '@/lib/server/app/app'

/** An agent of a trial run: what it was asked, and how long its first prompt was. */
export type TrialPrompt = {
  phase: string
  model: string
  spec: AgentSpec
  /** It can do something before it answers, so it takes several turns. */
  hasTools: boolean
  /** Tokens of its first request as they were metered; null for one that was not measured. */
  tokens: number | null
  /** What a reservation counts them as. */
  boundTokens: number
  /** Agents of its phase that had to answer one after the other for this one to be asked, itself included. */
  chain: number
  /** It was asked when others had answered already, so their answers may have decided that it was. */
  follows: boolean
}

/** Agents of a phase that are measured: each is a look-up, and those of a phase are much the same. */
const MEASURED_A_PHASE = 100

/** Every agent of a run that asked for answers of its own, with its first prompt. */
export async function trialPrompts(app: App, runId: string): Promise<TrialPrompt[]> {
  const trial: TrialPrompt[] = []
  const measured = new Map<string, number>()
  const chains = new Chains()
  const agents = await app.store.loadAgents(runId)
  const waves = new Waves(agents.map(({ state }) => state))
  for (const { state, spec } of agents) {
    const phase = state.phase ?? unphased
    const chain = chains.add(state, phase)
    if (state.reusedFrom !== null) continue
    const before = measured.get(phase) ?? 0
    const first = before < MEASURED_A_PHASE ? (await app.store.loadTurns(runId, state.id))[0] : undefined
    if (first !== undefined) measured.set(phase, before + 1)
    trial.push({
      phase,
      model: state.model,
      spec,
      hasTools: spec.tools.some(({ name }) => name !== answerTool && name !== flagTool),
      tokens: first === undefined ? null : promptTokens(first.usage),
      boundTokens: promptTokenBound(spec, [openingMessage(spec, noAgentLimits)], null),
      chain,
      follows: waves.follows(state),
    })
  }
  return trial
}

/**
 * How many agents of each phase stand one behind the other. Agents come in the order in which they were made.
 */
class Chains {
  readonly #behind = new Map<string, ReadonlyMap<string, number>>()

  /** How many of its phase stand in the longest line that ends with an agent. */
  add({ id, dependsOn }: Pick<AgentState, 'id' | 'dependsOn'>, phase: string): number {
    const own = new Map<string, number>()
    for (const before of dependsOn)
      for (const [name, count] of this.#behind.get(before) ?? [])
        own.set(name, Math.max(count, own.get(name) ?? 0))
    const chain = (own.get(phase) ?? 0) + 1
    this.#behind.set(id, own.set(phase, chain))
    return chain
  }
}

/**
 * Tells agents that were asked at once from those that came after answers, in the order in which they were
 * made.
 */
class Waves {
  readonly #firstEnd: string
  /** Fan-outs that had begun before anybody had answered: all of theirs were asked at once. */
  readonly #open = new Set<string>()

  constructor(agents: readonly AgentState[]) {
    const ends = agents.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt]))
    this.#firstEnd = ends.sort()[0] ?? '9999'
  }

  follows({ queuedAt, barrier, dependsOn }: AgentState): boolean {
    if (dependsOn.length > 0) return true
    const isFirst = queuedAt < this.#firstEnd || (barrier !== null && this.#open.has(barrier.barrierId))
    if (isFirst && barrier !== null) this.#open.add(barrier.barrierId)
    return !isFirst
  }
}
