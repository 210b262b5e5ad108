import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { RunState } from '@/lib/core/run/state'
import { runStatusDisplay } from '../agent/status-display'
import { plural } from '../format/numbers'

/** Title of a run's page, its news first: with twenty tabs open only the first words show. */
export function pageTitle(state: Pick<RunState, 'run' | 'totals' | 'checkpoints'>): string {
  const { run } = state
  return [news(state), run.dryRun === null ? null : 'Dry run', run.title, 'Skein'].filter(Boolean).join(' · ')
}

/** A question is the first news: somebody else may be waiting for this tab. */
function news({ run, totals, checkpoints }: Pick<RunState, 'run' | 'totals' | 'checkpoints'>): string {
  const open = openCheckpoints({ run, checkpoints }).length
  if (open > 0) return plural(open, 'question')
  const all = agentCount(totals.agents)
  return run.status === 'running' && all > 0
    ? `${endedCount(totals.agents)}/${all}`
    : runStatusDisplay(run.status).label
}
