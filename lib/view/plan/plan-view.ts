import type { Plan } from '@/lib/api/plan'
import { assertNever } from '@/lib/core/base/assert-never'
import { formatCap, formatUsd, formatUsdRange } from '../format/money'
import { formatCount, plural } from '../format/numbers'
import { formatDuration } from '../format/time'

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

/** What a launch is likely to come to, and where it stops. */
export type LaunchLine = {
  text: string
  /** A cap in dollars that the likely cost fits under, where the present one is too low; null where it is not. */
  raiseToUsd: number | null
}

type Expected = Pick<Plan, 'agents' | 'costNanoUsd' | 'seconds' | 'limits' | 'rows'>

/** `about 121 agents · $13.44 · 12m · pauses at $5`: what is not known is left out, the cap never. */
export function launchLine(plan: Expected, onLimit: 'pause' | 'end'): LaunchLine {
  const { agents, costNanoUsd, seconds, limits } = plan
  const parts = [
    agents === null ? null : `about ${plural(agents.likely, 'agent')}`,
    costNanoUsd === null ? null : formatUsd(costNanoUsd.likely),
    seconds === null ? null : formatDuration(seconds.likely * 1000),
    capWords(limits.nanoUsd, onLimit),
    canBeHeld(plan) ? null : 'agents without a price do not run',
  ]
  const isTooLow = costNanoUsd !== null && limits.nanoUsd !== null && costNanoUsd.likely > limits.nanoUsd
  return {
    text: parts.filter((part) => part !== null).join(' · '),
    raiseToUsd: isTooLow ? roomyUsd(costNanoUsd.likely) : null,
  }
}

/** `Write the plan · about $0.22`: what the button does that begins a goal with a plan. */
export function planFirstWords(plan: Pick<Plan, 'costNanoUsd'> | undefined): string {
  const cost = plan?.costNanoUsd ?? null
  return cost === null ? 'Write the plan' : `Write the plan · about ${formatUsd(cost.likely)}`
}

/** The same before there is a plan, from the limits alone. */
export function capLine(usd: number | null | undefined, onLimit: 'pause' | 'end'): string {
  return capWords(usd == null ? null : Math.round(usd * 1e9), onLimit)
}

function capWords(nanoUsd: number | null, onLimit: 'pause' | 'end'): string {
  if (nanoUsd === null) return 'no dollar cap'
  return `${onLimit === 'pause' ? 'pauses' : 'ends'} at ${formatCap(nanoUsd)}`
}

function canBeHeld({ limits, rows }: Pick<Plan, 'limits' | 'rows'>): boolean {
  return limits.nanoUsd === null || rows.every(({ reservationNanoUsd }) => reservationNanoUsd !== null)
}

/** Room over a likely cost, so that a run a little more expensive than expected does not stop for it. */
const ROOM = 1.1

/** A round number of dollars with some room over a cost: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 of its power of ten. */
function roomyUsd(nanoUsd: number): number {
  const usd = (nanoUsd / 1e9) * ROOM
  const unit = 10 ** Math.floor(Math.log10(usd))
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * unit >= usd) ?? 10
  return Number((factor * unit).toPrecision(2))
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

/**
 * The ways of delivery that make a difference: fast mode is left out where it costs and takes what the usual
 * way does, since none of the models has it.
 */
export function shownDeliveries(deliveries: Plan['deliveries']): Plan['deliveries'] {
  const usual = deliveries.find(({ kind }) => kind === 'parallel')
  return deliveries.filter(
    ({ kind, costNanoUsd, seconds }) =>
      kind !== 'fast' ||
      usual === undefined ||
      costNanoUsd !== usual.costNanoUsd ||
      seconds !== usual.seconds,
  )
}
