import type { AgentCosts } from '@/lib/api/costs'
import type { App } from '@/lib/server/app/app'
import { queryCosts } from '@/lib/server/money/query-costs'
import { type PeriodQuery, periodOf } from './costs'

/** Most pairs of agent and model in one answer. */
const MOST_ROWS = 500

/** Turns that are read for one answer; each is a row of its own, and a second is long for a page. */
const MOST_TURNS = 50_000

/** Which agents ran on which models in the runs of a period that cost most, beside the work. */
export async function agentCosts(app: App, query: PeriodQuery, signal: AbortSignal): Promise<AgentCosts> {
  const period = periodOf(app, query)
  const asked = { period, limit: MOST_ROWS, mostTurns: MOST_TURNS }
  return { ...period, ...(await queryCosts(app, 'agentModels', asked, signal)) }
}
