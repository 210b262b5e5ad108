import { parseRunSearch } from '@/lib/view/run/run-search'

/** The query of a run list, as the address bar and the API share it. */
export type RunListQuery = Record<string, string>

/** How many runs a page of the table shows. */
export const runsPerPage = 25

/** Query of one page of runs; what is not asked for is left out. A status among the words outranks the select's. */
export function runListQuery(asked: { status: string; q: string; page: number }): RunListQuery {
  const { text, statuses, workflow, user, tag, kind, minNanoUsd, maxNanoUsd, minAgents, maxAgents } = parseRunSearch(
    asked.q,
  )
  const conditions = {
    status: statuses.join(',') || asked.status,
    q: text,
    workflow,
    user,
    tag,
    kind,
    minCostUsd: usd(minNanoUsd),
    maxCostUsd: usd(maxNanoUsd),
    minAgents,
    maxAgents,
  }
  const given = Object.entries(conditions).filter(([, value]) => value !== null && value !== '')
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    offset: String(Math.max(0, asked.page - 1) * runsPerPage),
    limit: String(runsPerPage),
  }
}

function usd(nanoUsd: number | null): number | null {
  return nanoUsd === null ? null : nanoUsd / 1e9
}
