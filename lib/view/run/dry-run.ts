import { agentCount } from '@/lib/core/agent/agent-status'
import type { RunState } from '@/lib/core/run/state'
import type { SavedEstimate } from '@/lib/core/spec/calibration'
import type { DryRunFaults } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatUsdRange } from '../format/money'
import { plural, sentenceList } from '../format/numbers'
import { formatDuration } from '../format/time'

/** What a dry run is, wherever one is shown. */
export const dryRunMeaning = 'Dry run: costs nothing; simulated prices show what it would have been'

const faultWords: readonly [keyof DryRunFaults, string][] = [
  ['refusals', 'refusals'],
  ['rateLimits', 'rate limits'],
  ['errors', 'server errors'],
  ['cuts', 'cut answers'],
]

/** `10% refusals and 5% cut answers`; null without simulated faults. */
export function faultsSentence(faults: DryRunFaults): string | null {
  const parts = faultWords
    .filter(([name]) => faults[name] > 0)
    .map(([name, word]) => `${percentOf(faults[name])}% ${word}`)
  return parts.length === 0 ? null : sentenceList(parts)
}

/**
 * What an ended dry run showed: its agents and retries, and the estimated dollars and time for that many
 * agents, since the simulator's own figures say nothing about a model. Null while it runs.
 */
export function dryRunEnding(
  { run, totals, outcomeCounts }: Pick<RunState, 'run' | 'totals' | 'outcomeCounts'>,
  estimated: Pick<SavedEstimate, 'costNanoUsd' | 'seconds'> | null,
): string | null {
  if (run.dryRun === null || !hasEnded(run.status)) return null
  const agents = plural(agentCount(totals.agents), 'agent')
  const would = estimated === null ? agents : `${agents}, ${costWords(estimated)}${timeWords(estimated)}`
  const retries =
    totals.retries === 0
      ? []
      : [`${plural(totals.retries, 'retry', 'retries')} were needed`.replace(/^1 retry were/, '1 retry was')]
  const faults = faultsSentence(run.dryRun.faults)
  const survived = outcome(run.status, outcomeCounts.failed, faults)
  return `${[`This would have been ${would}`, ...retries, survived].join('; ')}.`
}

function costWords({ costNanoUsd }: Pick<SavedEstimate, 'costNanoUsd'>): string {
  return costNanoUsd === null ? 'at a price that is not known' : formatUsdRange(costNanoUsd)
}

function timeWords({ seconds }: Pick<SavedEstimate, 'seconds'>): string {
  if (seconds === null) return ''
  const { low, likely, high } = seconds
  return low === high
    ? `, about ${formatDuration(likely * 1000)}`
    : `, about ${formatDuration(likely * 1000)} (${formatDuration(low * 1000)} to ${formatDuration(high * 1000)})`
}

function outcome(status: RunState['run']['status'], failed: number, faults: string | null): string {
  const under = faults === null ? '' : ` ${faults}`
  if (status === 'cancelled') return 'it was cancelled before its end'
  if (status === 'stopped-at-limit') return 'it was stopped at a limit'
  if (status === 'failed') return faults === null ? 'it failed' : `it does not survive${under}`
  const lost = failed === 0 ? '' : `, ${plural(failed, 'agent')} without an answer`
  return faults === null ? `it comes to its end${lost}` : `it survives${under}${lost}`
}

function percentOf(share: number): number {
  return Math.round(share * 1000) / 10
}
