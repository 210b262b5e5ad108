import type { OverviewFrame } from '@/lib/api/first/overview'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { hasEnded } from '@/lib/core/spec/run-status'
import { runStatusDisplay } from '../agent/status-display'
import { formatUsd } from '../format/money'
import { plural } from '../format/numbers'

/** Something a person asked to be told of. `tag` is the same for the same fact, so it is told once. */
export type RunNews = { runId: string; tag: string; title: string; body: string }

type Frame = Pick<OverviewFrame, 'runs' | 'needsPerson'>

/**
 * What became true between two overviews for the runs somebody watches: ended, asks, paused at a cap or
 * otherwise, its first failed agent. Nothing without an overview before: old news is none.
 */
export function runNews(before: Frame | null, after: Frame, watched: ReadonlySet<string>): RunNews[] {
  if (before === null) return []
  const known = new Set(before.needsPerson.map(keyOf))
  const asked = after.needsPerson
    .filter((item) => watched.has(item.runId) && !known.has(keyOf(item)))
    .map((item) => ({
      runId: item.runId,
      tag: keyOf(item),
      title: `${item.title} ${item.kind === 'approval' || item.kind === 'checkpoint' ? 'asks' : 'waits'}`,
      body: item.question?.title ?? item.detail,
    }))
  const last = new Map(before.runs.map((run) => [run.id, run]))
  const changed = after.runs.flatMap((run): RunNews[] => {
    const earlier = last.get(run.id)
    if (earlier === undefined || !watched.has(run.id)) return []
    const counts = run.totals.agents
    if (hasEnded(run.status) && !hasEnded(earlier.status)) {
      const body = `${endedCount(counts)} of ${plural(agentCount(counts), 'agent')}, ${formatUsd(run.totals.spentNanoUsd)}${run.simulated ? ' simulated' : ''}`
      const label = runStatusDisplay(run.status).label.toLowerCase()
      return [{ runId: run.id, tag: `${run.id} ended`, title: `${run.title}: ${label}`, body }]
    }
    if (counts.failed > 0 && earlier.totals.agents.failed === 0) {
      const title = `${run.title}: an agent failed`
      const body = `${plural(counts.failed, 'agent')} of ${agentCount(counts)} so far. The run goes on.`
      return [{ runId: run.id, tag: `${run.id} failed`, title, body }]
    }
    return []
  })
  return [...asked, ...changed]
}

function keyOf({ runId, kind, checkpointId }: Frame['needsPerson'][number]): string {
  return `${runId} ${kind} ${checkpointId ?? ''}`
}
