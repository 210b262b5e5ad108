import { z } from 'zod'
import type { AgentModelCosts, CostQuestions } from '@/lib/core/money/cost-store'
import { runsInPeriod, valuesOf } from '../in-period'
import type { Connection } from '../open'

const number = z.number()
const rowSchema = z.object({
  agent: z.string(),
  model: z.string(),
  agents: number,
  turns: number,
  unpricedTurns: number,
  costNanoUsd: number,
  allRows: number,
  allNanoUsd: number,
})
const unreadSchema = z.object({ runs: number, costNanoUsd: number })

/**
 * Runs of a period, and those of them that still have turns with how many those before them have, most expensive
 * first. From the index alone; the first is always read.
 */
const ranked = `all_runs AS MATERIALIZED (
  SELECT run_id, sum(cost_nano_usd) AS cost, sum(turns) AS turns FROM run_costs INDEXED BY run_costs_by_day
  WHERE ${runsInPeriod} GROUP BY run_id),
 ranked AS MATERIALIZED (
  SELECT run_id, sum(turns) OVER priciest - (row_number() OVER priciest = 1) * turns AS through
  FROM all_runs r WHERE EXISTS (SELECT 1 FROM turns t WHERE t.run_id = r.run_id)
  WINDOW priciest AS (ORDER BY cost DESC, run_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))`

/**
 * What agents of each name cost on each model in a period. Sums hold no agents, so turns are read: those of as
 * many runs as have `mostTurns` together, each by its key.
 */
export function agentModels(
  connection: Connection,
  { period, limit, mostTurns }: CostQuestions['agentModels'],
  project: string | null,
): AgentModelCosts {
  const rows = connection
    .prepare(
      `WITH ${ranked},
       spent AS MATERIALIZED (
         SELECT t.run_id, t.agent_id, t.model, count(*) AS turns, sum(t.cost IS NULL) AS unpriced,
           coalesce(sum(json_extract(t.cost, '$.totalNanoUsd')), 0) AS cost
         FROM ranked r CROSS JOIN turns t ON t.run_id = r.run_id
         WHERE r.through <= ? AND substr(t.ended_at, 1, 10) BETWEEN ? AND ?
         GROUP BY t.run_id, t.agent_id, t.model)
       SELECT *, count(*) OVER () AS allRows, sum(costNanoUsd) OVER () AS allNanoUsd
       FROM (SELECT coalesce(json_extract(a.spec, '$.agentType.asked'), json_extract(a.state, '$.label'), '') AS agent,
               s.model AS model, count(*) AS agents, sum(s.turns) AS turns, sum(s.unpriced) AS unpricedTurns,
               sum(s.cost) AS costNanoUsd
             FROM spent s CROSS JOIN agents a ON a.run_id = s.run_id AND a.id = s.agent_id
             GROUP BY 1, 2)
       ORDER BY costNanoUsd DESC, agent, model LIMIT ?`,
    )
    .all(...valuesOf(period, project), mostTurns, period.from, period.to, limit)
    .map((row) => rowSchema.parse(row))
  const unread = unreadSchema.parse(
    connection
      .prepare(
        `WITH ${ranked} SELECT count(*) AS runs, coalesce(sum(cost), 0) AS costNanoUsd FROM all_runs
         WHERE cost > 0 AND run_id NOT IN (SELECT run_id FROM ranked WHERE through <= ?)`,
      )
      .get(...valuesOf(period, project), mostTurns),
  )
  const [first] = rows
  const shown = rows.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
  return {
    rows: rows.map(({ allRows: _rows, allNanoUsd: _nanoUsd, ...row }) => row),
    omitted: {
      rows: (first?.allRows ?? 0) - rows.length,
      costNanoUsd: (first?.allNanoUsd ?? 0) - shown,
    },
    unread,
  }
}
