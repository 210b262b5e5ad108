import type { Plan } from '@/lib/api/plan'
import { assertNever } from '@/lib/core/base/assert-never'
import { formatCap, formatUsdRange } from '../format/money'
import { formatCount, plural } from '../format/numbers'

export type PlanPhase = {
  title: string
  detail: string | null
  models: string[]
  agents: string
  cost: string | null
}

/** Phases of a plan with what each would do; a phase nobody calls into says so. */
export function planPhases(plan: Plan): PlanPhase[] {
  const titles = [
    ...new Set([...plan.phases.map((phase) => phase.title), ...plan.rows.map((row) => row.phase)]),
  ]
  return titles.map((title) => {
    const rows = plan.rows.filter((row) => row.phase === title)
    const calls = plan.calls.filter((call) => (call.phase ?? '') === title)
    const low = rows.reduce((sum, row) => sum + row.agents.low, 0)
    const high = rows.reduce((sum, row) => sum + row.agents.high, 0)
    const costs = rows.flatMap((row) => (row.costNanoUsd === null ? [] : [row.costNanoUsd]))
    return {
      title,
      detail: plan.phases.find((phase) => phase.title === title)?.detail ?? null,
      models: [...new Set(rows.map((row) => row.model))],
      agents: rows.length > 0 ? agentRange({ low, high }) : callCount(calls),
      cost:
        costs.length === 0 || costs.length < rows.length
          ? null
          : formatUsdRange({
              low: costs.reduce((sum, cost) => sum + cost.low, 0),
              high: costs.reduce((sum, cost) => sum + cost.high, 0),
            }),
    }
  })
}

/** `12 agents`, `3–240 agents`; a range without a sensible top is open. */
export function agentRange(range: { low: number; high: number }): string {
  if (range.low === range.high) return plural(range.low, 'agent')
  return `${formatCount(range.low)}–${formatCount(range.high)} agents`
}

/** Column heads of the four kinds of delivery. */
export function deliveryName(kind: Plan['deliveries'][number]['kind']): string {
  switch (kind) {
    case 'sequential':
      return 'Sequential'
    case 'parallel':
      return 'Parallel'
    case 'fast':
      return 'Fast mode'
    case 'batch':
      return 'Batch'
    default:
      return assertNever(kind)
  }
}

/** What a dry run on the simulator showed; null without one. */
export function trialSentence({ dryRun }: Plan): string | null {
  if (dryRun === null) return null
  const { agents, isWhole, error } = dryRun
  if (error !== null) {
    const place = error.line === null ? '' : ` at line ${error.line}`
    return `The script failed in a dry run${place}: ${error.message}`
  }
  if (!isWhole) return `A dry run started ${plural(agents, 'agent')} within a minute and was stopped.`
  return `A dry run started ${plural(agents, 'agent')}. Real answers may lead to more or fewer.`
}

/**
 * What pressing the button commits to: the limits, which hold, and between them the estimate, which may be
 * exceeded.
 */
export function commitment({
  limits,
  costNanoUsd,
  rows,
}: Pick<Plan, 'limits' | 'costNanoUsd' | 'rows'>): string {
  const about = costNanoUsd === null ? null : `about ${formatUsdRange(costNanoUsd)}`
  const isBounded =
    limits.nanoUsd === null || rows.every(({ reservationNanoUsd }) => reservationNanoUsd !== null)
  const end = `${stop(limits.nanoUsd)}${isBounded ? '' : ', but not agents without a price'}`
  return [`up to ${plural(limits.agents, 'agent')}`, about, end].filter((part) => part !== null).join(', ')
}

/** The same before there is a plan, from the limits alone. */
export function bareCommitment(limits: {
  usd?: number | null | undefined
  agents?: number | undefined
}): string {
  const nano = limits.usd === null || limits.usd === undefined ? null : Math.round(limits.usd * 1e9)
  return `up to ${plural(limits.agents ?? 1000, 'agent')}, ${stop(nano)}`
}

function stop(nanoUsd: number | null): string {
  return nanoUsd === null ? 'no dollar cap' : `stops at ${formatCap(nanoUsd)}`
}

function callCount(calls: Plan['calls']): string {
  if (calls.length === 0) return 'no calls found'
  return calls.some((call) => call.multiplicity === 'many')
    ? 'decided by the script'
    : plural(calls.length, 'agent')
}

/** Phases that are announced, and those that calls name, in the order in which they come. */
export function phaseTitles(plan: Pick<Plan, 'phases' | 'rows'> | undefined): string[] {
  if (plan === undefined) return []
  return [...new Set([...plan.phases.map(({ title }) => title), ...plan.rows.map(({ phase }) => phase)])]
}
