import type { Failure } from '@/lib/core/agent/failure'
import type { Speed } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import type { TurnPlan } from '../context/turn-plan'

/**
 * Standard once fast mode was refused: the two share no prompt cache, so going back and forth would pay
 * twice.
 */
export function speedOf(run: Needs<'slowed'>, { spec }: TurnPlan): Speed {
  return run.slowed.has(spec.agentId) ? 'standard' : spec.options.speed
}

/**
 * Slows an agent down when its turn met what only fast mode may meet: its own limits, or a model that takes
 * it no longer. False for any other failure.
 */
export function slowDown(
  run: Needs<'journal' | 'ports' | 'slowed'>,
  plan: TurnPlan,
  failed: Failure,
): boolean {
  const isLimit = failed.kind === 'rate-limit' || failed.kind === 'overloaded'
  if (!isLimit && !(failed.kind === 'invalid-request' && /\b(speed|fast)\b/i.test(failed.message)))
    return false
  slow(run, plan, isLimit ? 'limited' : 'refused')
  return true
}

/** The rest of this agent's turns goes at standard speed, and a note says so. */
export function slow(
  run: Needs<'journal' | 'ports' | 'slowed'>,
  { spec, model }: TurnPlan,
  why: 'limited' | 'refused',
): void {
  run.slowed.add(spec.agentId)
  const message = `Fast mode of ${model} was ${why}; this agent continues at standard speed and price.`
  run.journal
    .record([{ type: 'run.noted', message, agentId: spec.agentId, callSite: null }])
    .catch(run.ports.report)
}
