import { endedCount } from '@/lib/core/agent/agent-status'
import { modelRules } from '@/lib/core/money/models'
import { type Price, worstCaseNanoUsd } from '@/lib/core/money/pricing'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { AdmitRequest } from '@/lib/core/ports/dispatcher'
import { unphased } from '@/lib/core/run/phases'
import type { Delivery } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import type { TurnPlan } from '../context/turn-plan'
import { speedOf } from './fast-mode'
import { promptTokenBound } from './prompt-size'
import { cacheLifetime } from './turn-request'
import { wait } from './waiting'

/** The worst case of a turn, reserved with the dispatcher before it is sent. */
export function quoteOf(
  run: Needs<'id' | 'journal' | 'outputRooms' | 'ports' | 'servedRegions' | 'slowed'>,
  plan: TurnPlan,
  delivery: Delivery,
) {
  const { model, maxTokens } = plan
  const batch = delivery === 'batch'
  const fast = !batch && speedOf(run, plan) === 'fast'
  const isUs = run.servedRegions.isUs(model)
  const isLong = cacheLifetime(plan.spec, batch ? '1h' : '5m') === '1h'
  const cacheWriteKind = isLong ? ('cacheWrite1h' as const) : ('cacheWrite5m' as const)
  const inputTokens = promptTokenBound(plan.spec, plan.messages, plan.known)
  const at = run.journal.iso()
  const price = (prompt: number, output: number) =>
    worstOf(
      plan,
      { inputTokens: prompt, maxTokens: output, fast, batch, isUs, cacheWriteKind },
      run.ports.prices(),
      at,
    )
  const { effort } = plan.spec.options
  const likelyTokens = () =>
    Math.min(maxTokens, plan.cutRoom ?? run.outputRooms.likely(plan.phase, model, effort))
  return {
    runId: run.id,
    position: plan.position,
    phase: plan.phase ?? unphased,
    // Fast mode has limits of its own.
    family: `${modelRules(model).family}${fast ? ' fast' : ''}`,
    maxTokens,
    likelyTokens,
    contenders: () => run.journal.state.agents.size - endedCount(run.journal.state.totals.agents),
    inputTokens,
    worstCase: (output: number) => price(inputTokens, output),
    worstCaseAfter: (added: number, output: number) => price(inputTokens + added, output),
    signal: plan.signal,
    onWait: (...[reason, untilMs, cap, quota]: Parameters<AdmitRequest['onWait']>) => {
      // A queued agent that has not begun is waiting for its first slot; saying so again would double the
      // journal.
      if (reason === 'slot' && run.journal.agent(plan.spec.agentId).status === 'queued') return
      wait(run, plan.spec.agentId, reason, untilMs, { cap, quota: quota ?? null })
    },
  }
}

type Sending = Omit<Parameters<typeof worstCaseNanoUsd>[0], 'model' | 'serverTools'>

/** The most that a turn of an agent can cost when it is sent so, the tools of its provider used to their bounds. */
export function worstOf(
  { model, spec }: { model: string; spec: Pick<AgentSpec, 'serverTools'> },
  sending: Sending,
  prices: readonly Price[],
  at: string,
): number | null {
  return worstCaseNanoUsd({ ...sending, model, serverTools: spec.serverTools ?? [] }, prices, at)
}
