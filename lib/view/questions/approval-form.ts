import type { ForkPreview } from '@/lib/api/fork'
import type { Plan } from '@/lib/api/plan'
import type { ApprovedInput } from '@/lib/api/runs'
import { parseUsd } from '../format/money'

/** How far a run may go, as typed; an empty field follows the plan. */
export type ApprovedForm = { agents: string; usd: string }

export const untouched: ApprovedForm = { agents: '', usd: '' }

/** The upper end of a plan's estimate, as it would be typed; empty where there is none. */
export function estimatedByPlan(plan: Pick<Plan, 'agents' | 'costNanoUsd'> | undefined): ApprovedForm {
  const agents = plan?.agents == null ? '' : String(Math.max(1, Math.ceil(plan.agents.high)))
  const usd =
    plan?.costNanoUsd == null ? '' : String(Math.max(0.01, Math.ceil(plan.costNanoUsd.high / 1e7) / 100))
  return { agents, usd }
}

/** The upper end of a fork's preview; only the dollars when the preview did not run to its end. */
export function estimatedByFork(preview: Pick<ForkPreview, 'toRun' | 'isWhole'> | undefined): ApprovedForm {
  if (preview === undefined) return untouched
  const { calls, costNanoUsd } = preview.toRun
  const agents = preview.isWhole ? { low: calls, likely: calls, high: calls } : null
  return estimatedByPlan({ agents, costNanoUsd })
}

/**
 * What is approved with a launch: what was typed, else the plan's estimate. A sentence when it cannot be
 * read.
 */
export function readApproved(
  form: ApprovedForm,
  estimated: ApprovedForm,
): ApprovedInput | undefined | string {
  const [agentsText, usdText] = [form.agents.trim() || estimated.agents, form.usd.trim() || estimated.usd]
  const agents = agentsText === '' ? null : Number(agentsText.replaceAll(',', ''))
  const usd = usdText === '' ? null : parseUsd(usdText)
  if (agents !== null && !(Number.isInteger(agents) && agents > 0))
    return 'Enter a whole number of agents, 1 or more.'
  if (usd === undefined || usd === 0) return 'Enter dollars above 0, such as 5.'
  return agents === null && usd === null ? undefined : { agents, usd }
}
