import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import type { NoticeKind } from '@/lib/core/spec/run-notice'
import { runStatusDisplay } from '../agent/status-display'
import { formatUsd } from '../format/money'
import { plural } from '../format/numbers'

/** Something that became true of a run: its kind, the place in its journal, and a sentence. */
export type RunNotice = { kind: NoticeKind; seq: number; text: string }

/** What a commit has that somebody would want to be told of; `state` is the run's after it. */
export function runNotices(
  envelopes: readonly Envelope[],
  state: Pick<RunState, 'run' | 'totals'>,
): RunNotice[] {
  const { run, totals } = state
  const failures = envelopes.filter(({ event }) => event.type === 'agent.ended' && event.outcome === 'failed')
  const isFirst = failures.length > 0 && totals.agents.failed <= failures.length
  return envelopes.flatMap((envelope): RunNotice[] => {
    const { event, seq } = envelope
    switch (event.type) {
      case 'run.ended': {
        const label = runStatusDisplay(event.outcome).label.toLowerCase()
        const agents = `${endedCount(totals.agents)} of ${plural(agentCount(totals.agents), 'agent')}`
        const spent = `${formatUsd(totals.spentNanoUsd)}${run.simulated ? ' simulated' : ''}`
        return [{ kind: 'ended', seq, text: `${run.title}: ${label}. ${agents}, ${spent}.` }]
      }
      case 'run.paused':
        return [{ kind: 'paused', seq, text: `${run.title} is paused: ${event.detail}` }]
      case 'checkpoint.opened':
        return [{ kind: 'asks', seq, text: `${run.title} asks: ${event.title}` }]
      case 'agent.ended':
        return isFirst && envelope === failures[0]
          ? [{ kind: 'first-failure', seq, text: `${run.title}: a first agent failed. The run goes on.` }]
          : []
      default:
        return []
    }
  })
}
