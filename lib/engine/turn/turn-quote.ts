import { modelRules } from '@/lib/core/money/models'
import { worstCaseNanoUsd } from '@/lib/core/money/pricing'
import { unphased } from '@/lib/core/run/phases'
import type { Delivery } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import type { TurnPlan } from '../context/turn-plan'
import { speedOf } from './fast-mode'
import { promptTokenBound } from './prompt-size'
import { cacheLifetime } from './turn-request'
import { wait } from './waiting'

/** What a turn may need at most: asked of the dispatcher before it leaves. */
export function quoteOf(
  run: Needs<'id' | 'journal' | 'ports' | 'slowed'>,
  plan: TurnPlan,
  delivery: Delivery,
) {
  const { model, maxTokens } = plan
  const batch = delivery === 'batch'
  const fast = !batch && speedOf(run, plan) === 'fast'
  const isLong = cacheLifetime(plan.spec, batch ? '1h' : '5m') === '1h'
  const cacheWriteKind = isLong ? ('cacheWrite1h' as const) : ('cacheWrite5m' as const)
  const inputTokens = promptTokenBound(plan.spec, plan.messages)
  const at = run.journal.iso()
  const price = (tokens: number) =>
    worstCaseNanoUsd(
      { model, inputTokens, maxTokens: tokens, fast, batch, cacheWriteKind },
      run.ports.prices(),
      at,
    )
  return {
    runId: run.id,
    position: plan.position,
    phase: plan.phase ?? unphased,
    // Fast mode has limits of its own.
    family: `${modelRules(model).family}${fast ? ' fast' : ''}`,
    maxTokens,
    inputTokens,
    worstCase: price,
    signal: plan.signal,
    onWait: (reason: 'slot' | 'rate-limit' | 'budget', untilMs: number | null) => {
      // A queued agent that has not begun is waiting for its first slot; saying so again would double the
      // journal.
      if (reason === 'slot' && run.journal.agent(plan.spec.agentId).status === 'queued') return
      wait(run, plan.spec.agentId, reason, untilMs)
    },
  }
}
