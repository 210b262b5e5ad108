import type { CostNotes } from '@/lib/api/what-if'
import { MOST_PEERS, outlierTimes, usualCost } from '@/lib/core/money/alerts'
import type { RunTotal } from '@/lib/core/money/cost-store'
import type { App } from '@/lib/server/app/app'
import { queryCosts } from '@/lib/server/money/query-costs'
import { type PeriodQuery, periodOf } from './costs'

/**
 * Most interrupted turns, and deleted runs with some, that are listed; their counts and their sum are exact.
 */
const TURNS_LISTED = 200

/**
 * What stands out in a period: runs far dearer than their workflow's usual, and turns nobody was billed for
 * yet.
 */
export async function costNotes(app: App, query: PeriodQuery, signal: AbortSignal): Promise<CostNotes> {
  const period = periodOf(app, query)
  const [{ runs, peers }, unsettled] = await Promise.all([
    queryCosts(app, 'runTotals', { period, peers: MOST_PEERS + 1 }, signal),
    queryCosts(app, 'unsettled', { period, limit: TURNS_LISTED }, signal),
  ])
  const listed = [...unsettled.turns, ...unsettled.deleted].reduce(
    (sum, row) => sum + row.unsettledNanoUsd,
    0,
  )
  return {
    outliers: outliers(runs, peers),
    unsettled: { ...unsettled, unlistedNanoUsd: unsettled.totalNanoUsd - listed },
  }
}

function outliers(runs: readonly RunTotal[], peers: readonly RunTotal[]): CostNotes['outliers'] {
  const byWorkflow = new Map<string, RunTotal[]>()
  for (const peer of peers) byWorkflow.set(peer.workflow, [...(byWorkflow.get(peer.workflow) ?? []), peer])
  const found = runs.flatMap(({ runId, title, workflow, createdAt, spentNanoUsd }) => {
    // Scripts pasted without a name have nothing in common.
    if (workflow === 'ad hoc') return []
    const others = (byWorkflow.get(workflow) ?? [])
      .filter((peer) => peer.runId !== runId)
      .slice(0, MOST_PEERS)
    const medianNanoUsd = usualCost(others.map((peer) => peer.spentNanoUsd))
    const times = outlierTimes(spentNanoUsd, medianNanoUsd)
    if (medianNanoUsd === null || times === null) return []
    return [
      { runId, title, workflow, createdAt, spentNanoUsd, medianNanoUsd, times: Math.round(times * 10) / 10 },
    ]
  })
  return found.sort((a, b) => b.spentNanoUsd - b.medianNanoUsd - (a.spentNanoUsd - a.medianNanoUsd))
}
