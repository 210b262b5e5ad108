import type { Plan } from '@/lib/api/plan'
import { agentCount } from '@/lib/core/agent/agent-status'
import type { RunState } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatCap, formatUsd } from '../format/money'
import { formatCount, plural, sentenceList } from '../format/numbers'

/**
 * `With a $5 cap, 31 of 100 Audit agents can run in parallel; $16 allows all.` Null where there is no cap or
 * nothing is known.
 */
export function parallelismSentence({ parallelism }: Pick<Plan, 'parallelism'>): string | null {
  if (parallelism === null) return null
  const { phase, agents, maxParallel, slots } = parallelism
  const those = `${phase === '' ? '' : `${phase} `}${agents === 1 ? 'agent' : 'agents'}`
  const { cap, enough } = capWords(parallelism)
  const few = slots === null || slots >= maxParallel ? '' : ` The concurrency limit is ${formatCount(slots)}.`
  if (maxParallel >= agents)
    return agents <= 1 ? null : `With ${cap}, all ${formatCount(agents)} ${those} can run in parallel.${few}`
  const lower = 'A lower max output per turn for the phase lets more run in parallel.'
  if (maxParallel === 0) {
    const one = `${phase === '' ? 'one turn' : `one ${phase} turn`}`
    return `With ${cap}, not even the worst case of ${one} fits: turns run one at a time with shorter answers until the cap is reached. ${enough}. ${lower}`
  }
  return `With ${cap}, ${formatCount(maxParallel)} of ${formatCount(agents)} ${those} can run in parallel; ${enough}.${few} ${lower}`
}

/** The cap of a parallelism, and what amount would hold nobody back. */
function capWords(parallelism: NonNullable<Plan['parallelism']>): { cap: string; enough: string } {
  if (parallelism.unit === 'usd')
    return {
      cap: `a ${formatCap(parallelism.capNanoUsd)} cap`,
      enough: `${roundUsdUp(parallelism.allNanoUsd)} allows all`,
    }
  return {
    cap: `a cap of ${plural(parallelism.capTokens, 'token')}`,
    enough: `${plural(parallelism.allTokens, 'token')} allow all`,
  }
}

/** Two digits that matter, never less than what is meant: a cap of that much has to be enough. */
function roundUsdUp(nanoUsd: number): string {
  const usd = nanoUsd / 1e9
  if (usd <= 0) return '$0'
  const unit = 10 ** Math.min(0, Math.floor(Math.log10(usd)) - 1)
  // Powers of ten below one are not exact; a hair less than the unit must not become one more of it.
  const rounded = Math.ceil(usd / unit - 1e-9) * unit
  return formatCap(Math.round(rounded * 1e9))
}

/** How good the newest estimates were; null where there are too few to say. */
export function calibrationSentence({ calibration }: Pick<Plan, 'calibration'>): string | null {
  if (calibration === null) return null
  const { of, runs, within, stoppedEarly, unpriced, ratios } = calibration
  const whose = of === 'workflow' ? 'of this workflow' : '(all workflows, because this one has too few)'
  const typical =
    ratios === null ? '' : `; actual cost was typically ${factorRange(ratios)} of the likely value`
  const compared = runs - stoppedEarly - unpriced
  const heldIfNotAll = within === 0 ? 'none' : String(within)
  const held = within === compared ? 'all' : heldIfNotAll
  const which = compared === runs ? held : `${held} of the ${compared} that can be compared`
  const verb = within === 1 ? 'was inside its' : 'were inside their'
  const early =
    stoppedEarly === 0 ? '' : ` ${plural(stoppedEarly, 'run')} stopped early and cannot be compared.`
  const missing = unpriced === 0 ? '' : ` ${plural(unpriced, 'run')} used a model without a price.`
  const { agents } = calibration
  const counts =
    agents === null
      ? ''
      : ` The agent count was in range in ${agents.within} of ${plural(agents.runs, 'run')}.`
  return `Of the last ${runs} estimates ${whose}, ${which} ${verb} cost range${typical}.${early}${missing}${counts}`
}

function factorRange({ low, high }: { low: number; high: number }): string {
  const [from, to] = [factor(low), factor(high)]
  return from === to ? `${from}×` : `${from}–${to}×`
}

function factor(ratio: number): string {
  if (ratio >= 10) return formatCount(Math.round(ratio))
  return ratio.toFixed(ratio >= 0.1 || ratio === 0 ? 1 : 2)
}

/**
 * `$3.74 (estimate $2.33) · 141 agents (estimate 20)`, for a run that has ended. Null while it goes on, or
 * where nothing was estimated.
 */
export function estimateLine({ run, totals }: Pick<RunState, 'run' | 'totals'>): string | null {
  const { estimate } = run
  if (estimate === null || !hasEnded(run.status)) return null
  const agents = agentCount(totals.agents)
  const cost =
    totals.costNanoUsd === null ? 'cost unknown (a price is missing)' : formatUsd(totals.costNanoUsd)
  const likely =
    estimate.costNanoUsd === null ? 'no estimate' : `estimate ${formatUsd(estimate.costNanoUsd.likely)}`
  const counted =
    estimate.agents === null
      ? plural(agents, 'agent')
      : `${plural(agents, 'agent')} (estimate ${formatCount(estimate.agents.likely)})`
  return `${cost} (${likely}) · ${counted}`
}

type Notes = NonNullable<Plan['workspaceNotes']>

/** How many of the files are named; the others are counted. */
const MOST_NAMED = 3

/** Which notes of a workspace agents are told, or would be. */
export function namesOfNotes({ files, skills, further }: Notes): string {
  const named = files.slice(0, MOST_NAMED).map(({ path, isCut }) => (isCut ? `${path} (cut)` : path))
  const more = files.length - named.length
  return sentenceList([
    ...named,
    ...(more > 0 ? [`${more} more`] : []),
    ...(skills.length > 0 ? [`${plural(skills.length, 'skill')} by name`] : []),
    ...(further.length > 0 ? [`${plural(further.length, 'nested file')} by path`] : []),
  ])
}

/** What telling them takes, in a sentence; the price is left out where none is known. */
export function priceOfNotes({ tokensEach, costNanoUsd }: Notes): string {
  const price = costNanoUsd === null ? '' : `; likely ${formatUsd(costNanoUsd)} in all`
  return `About ${formatCount(tokensEach)} tokens in every prompt of every agent with files${price}`
}
