import type { Plan } from '@/lib/api/plan'
import { agentCount, type RunState } from '@/lib/core/run/state'
import { compare } from '@/lib/core/spec/calibration'
import { hasEnded } from '@/lib/core/spec/run'
import { formatCap, formatUsd, formatUsdRange } from '../format/money'
import { formatCount, plural } from '../format/numbers'

/** `$5 lets 31 of 100 run in parallel; $16 lets all.` Null where there is no cap or nothing is known. */
export function parallelismSentence({ parallelism }: Pick<Plan, 'parallelism'>): string | null {
  if (parallelism === null) return null
  const { phase, agents, maxParallel, slots } = parallelism
  const of = phase === '' ? '' : ` of ${phase}`
  const { cap, all, lets, isAre } = capWords(parallelism)
  const few =
    slots === null || slots >= maxParallel
      ? ''
      : slots === 1
        ? ' They run one at a time.'
        : ` At most ${formatCount(slots)} run at once.`
  if (maxParallel >= agents)
    return agents <= 1 ? null : `${cap} ${lets} all ${formatCount(agents)}${of} run in parallel.${few}`
  const enough = `${all} ${lets} ${agents === 1 ? 'it' : 'all'}`
  const lower = 'A lower max output per turn for the phase lets more run in parallel.'
  if (maxParallel === 0)
    return `${cap} ${isAre} less than the worst case of one turn${of}: turns go one by one, with less room for their answers, until the cap stops them. ${enough} run freely. ${lower}`
  return `${cap} ${lets} ${formatCount(maxParallel)} of ${formatCount(agents)}${of} run in parallel; ${enough}.${few} ${lower}`
}

/** Both amounts of a parallelism, and the verbs that go with them. */
function capWords(parallelism: NonNullable<Plan['parallelism']>) {
  if (parallelism.unit === 'usd')
    return {
      cap: formatCap(parallelism.capNanoUsd),
      all: roundUsdUp(parallelism.allNanoUsd),
      lets: 'lets',
      isAre: 'is',
    }
  return {
    cap: plural(parallelism.capTokens, 'token'),
    all: plural(parallelism.allTokens, 'token'),
    lets: 'let',
    isAre: 'are',
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
  const typical = ratios === null ? '' : `; actual cost was typically ${factorRange(ratios)} of the likely value`
  const compared = runs - stoppedEarly - unpriced
  const held = within === compared ? 'all' : within === 0 ? 'none' : String(within)
  const which = compared === runs ? held : `${held} of the ${compared} that can be compared`
  const verb = within === 1 ? 'was inside its' : 'were inside their'
  const early = stoppedEarly === 0 ? '' : ` ${plural(stoppedEarly, 'run')} stopped early and cannot be compared.`
  const missing = unpriced === 0 ? '' : ` ${plural(unpriced, 'run')} used a model without a price.`
  const { agents } = calibration
  const counts =
    agents === null ? '' : ` The agent count was in range in ${agents.within} of ${plural(agents.runs, 'run')}.`
  return `Of the last ${runs} estimates ${whose} ${which} ${verb} range of dollars${typical}.${early}${missing}${counts}`
}

function factorRange({ low, high }: { low: number; high: number }): string {
  const [from, to] = [factor(low), factor(high)]
  return from === to ? `${from}×` : `${from}–${to}×`
}

function factor(ratio: number): string {
  return ratio >= 10
    ? formatCount(Math.round(ratio))
    : ratio >= 0.1 || ratio === 0
      ? ratio.toFixed(1)
      : ratio.toFixed(2)
}

/** The estimate of an ended run beside what it came to; null while it goes on, or where nothing was estimated. */
export function estimateLine({ run, totals }: Pick<RunState, 'run' | 'totals'>): string | null {
  const { estimate } = run
  if (estimate === null || !hasEnded(run.status)) return null
  const agents = agentCount(totals.agents)
  const counted =
    estimate.agents === null || estimate.agents.likely === agents
      ? plural(agents, 'agent')
      : `${plural(agents, 'agent')} of ${formatCount(estimate.agents.likely)} likely`
  if (estimate.costNanoUsd === null)
    return `No dollars were estimated; it came to ${formatUsd(totals.costNanoUsd)}, ${counted}.`
  const estimated = `Estimated ${formatUsdRange(estimate.costNanoUsd)}, ${formatUsd(estimate.costNanoUsd.likely)} likely`
  if (totals.costNanoUsd === null) return `${estimated}; what it came to is not known, since a price is missing.`
  const { ratio, place } = compare(estimate.costNanoUsd, totals.costNanoUsd)
  const where = place === 'within' ? 'inside the range' : `${place} the range`
  const times = ratio === null ? '' : `${factor(ratio)}× of likely, `
  return `${estimated}; came to ${formatUsd(totals.costNanoUsd)}: ${times}${where}, ${counted}.`
}
