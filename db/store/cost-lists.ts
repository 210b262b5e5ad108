import { z } from 'zod'
import { recordOf } from '@/lib/core/base/record-of'
import type { Budget } from '@/lib/core/money/budgets'
import {
  type CostAnswers,
  type CostQuestions,
  type RunTotal,
  type Unsettled,
  type UsageOf,
  type UsageSum,
  usageSumNames,
} from '@/lib/core/money/cost-store'
import { sumColumns } from '@/lib/core/money/sums'
import { ofProject, runsInPeriod, sumsInPeriod, valuesOf } from '../in-period'
import { moneyNumber } from '../money-number'
import type { Connection } from '../open'

const runTotalSchema = z.object({
  runId: z.string(),
  title: z.string(),
  workflow: z.string(),
  launchedBy: z.string(),
  createdAt: z.string(),
  status: z.string(),
  turns: z.number(),
  spentNanoUsd: z.number(),
  unsettledNanoUsd: z.number(),
}) satisfies z.ZodType<RunTotal>

const runTotalColumns = `run_id AS runId, title, workflow, launched_by AS launchedBy, created_at AS createdAt, status, turns,
  spent_nano_usd AS spentNanoUsd, unsettled_nano_usd AS unsettledNanoUsd`

const begunIn = `simulated = ? AND created_at >= ? AND created_at < date(?, '+1 day') AND ${ofProject}`

/** Completed runs that cost something: the basis of a workflow's usual cost. */
const usual = "status IN ('completed', 'completed-with-failures') AND spent_nano_usd > 0"

/** Runs begun in a period, and the newest completed ones of each of their workflows up to its end. */
export function runTotals(
  connection: Connection,
  { period, peers }: CostQuestions['runTotals'],
  project: string | null,
): CostAnswers['runTotals'] {
  const read = (rows: unknown[]) => rows.map((row) => runTotalSchema.parse(row))
  return {
    runs: read(
      connection
        .prepare(`SELECT ${runTotalColumns} FROM run_totals WHERE ${begunIn} AND turns > 0`)
        .all(...valuesOf(period, project)),
    ),
    peers: read(
      connection
        .prepare(
          `SELECT * FROM (
             SELECT ${runTotalColumns}, row_number() OVER (PARTITION BY workflow ORDER BY created_at DESC) AS rank FROM run_totals
             WHERE simulated = ? AND created_at < date(?, '+1 day') AND ${ofProject} AND ${usual}
               AND workflow IN (SELECT DISTINCT workflow FROM run_totals WHERE ${begunIn}))
           WHERE rank <= ?`,
        )
        .all(moneyNumber(period), period.to, project, project, ...valuesOf(period, project), peers),
    ),
  }
}

/** What the newest completed runs of a workflow cost, but for one run. */
export function peers(
  connection: Connection,
  { workflow, simulated, but, limit }: CostQuestions['peers'],
  project: string | null,
): CostAnswers['peers'] {
  return z.array(z.number()).parse(
    connection
      .prepare(
        `SELECT spent_nano_usd FROM run_totals WHERE workflow = ? AND simulated = ? AND run_id <> ? AND ${ofProject} AND ${usual}
         ORDER BY created_at DESC LIMIT ?`,
      )
      .pluck()
      .all(workflow, simulated ? 1 : 0, but, project, project, limit),
  )
}

const turnSchema = z.object({
  runId: z.string(),
  title: z.string(),
  agentId: z.string(),
  turn: z.number(),
  attempt: z.number(),
  at: z.string(),
  reason: z.string(),
  unsettledNanoUsd: z.number(),
  total: z.number(),
})

const deletedSchema = z.object({
  runId: z.string(),
  title: z.string(),
  lastDay: z.string(),
  unsettledNanoUsd: z.number(),
  total: z.number(),
})

const unsettledOf = `coalesce(json_extract(e.data, '$.unsettledNanoUsd'), json_extract(e.data, '$.unsettled.nanoUsd'))`

const whyUnsettled = `CASE json_extract(e.data, '$.usage.isMetered') WHEN 0 THEN 'The answer did not say what it used.'
  ELSE 'The model that answered, ' || json_extract(e.data, '$.model') || ', has no known price.' END`

/** Whether history was repriced since, with a price for what was served. */
const isPricedSince = `EXISTS (SELECT 1 FROM turns t WHERE e.type = 'turn.committed' AND t.run_id = e.run_id
  AND t.agent_id = json_extract(e.data, '$.agentId') AND t.turn = json_extract(e.data, '$.turn') AND t.cost IS NOT NULL)`

/**
 * What was cut off, did not say what it used, or was served without a known price, in a period. Only journals of runs that had some are looked
 * at.
 */
export function unsettled(
  connection: Connection,
  { period, limit }: CostQuestions['unsettled'],
  project: string | null,
): Unsettled {
  const values = valuesOf(period, project)
  const turns = connection
    .prepare(
      `SELECT e.run_id AS runId, b.title AS title, json_extract(e.data, '$.agentId') AS agentId,
         json_extract(e.data, '$.turn') AS turn, json_extract(e.data, '$.attempt') AS attempt, e.at AS at,
         coalesce(json_extract(e.data, '$.failure.message'), ${whyUnsettled}) AS reason,
         ${unsettledOf} AS unsettledNanoUsd, count(*) OVER () AS total
       FROM (SELECT DISTINCT run_id FROM run_costs WHERE ${runsInPeriod} AND unsettled_nano_usd > 0) r
       JOIN run_totals b ON b.run_id = r.run_id
       JOIN events e ON e.run_id = r.run_id AND e.type IN ('turn.failed', 'turn.committed')
       WHERE ${unsettledOf} > 0 AND NOT ${isPricedSince} AND substr(e.at, 1, 10) BETWEEN ? AND ?
       ORDER BY e.at DESC LIMIT ?`,
    )
    .all(...values, period.from, period.to, limit)
    .map((row) => turnSchema.parse(row))
  const deleted = connection
    .prepare(
      `SELECT c.run_id AS runId, b.title AS title, max(c.day) AS lastDay, sum(c.unsettled_nano_usd) AS unsettledNanoUsd,
         count(*) OVER () AS total
       FROM (SELECT run_id, day, unsettled_nano_usd FROM run_costs WHERE ${runsInPeriod} AND unsettled_nano_usd > 0) c
       JOIN run_totals b ON b.run_id = c.run_id
       WHERE c.run_id NOT IN (SELECT id FROM runs) GROUP BY c.run_id ORDER BY unsettledNanoUsd DESC, 1 LIMIT ?`,
    )
    .all(...values, limit)
    .map((row) => deletedSchema.parse(row))
  const totalNanoUsd = connection
    .prepare(`SELECT coalesce(sum(unsettled_nano_usd), 0) FROM daily_costs WHERE ${sumsInPeriod}`)
    .pluck()
    .get(...values)
  return {
    turns: turns.map(({ total, ...turn }) => turn),
    count: turns[0]?.total ?? 0,
    deleted: deleted.map(({ total, ...run }) => run),
    deletedCount: deleted[0]?.total ?? 0,
    totalNanoUsd: z.number().parse(totalNanoUsd),
  }
}

const usageSums = usageSumNames.map((name) => ({ name, column: sumColumns[name] }))
const usageSchema = z.object({
  ...{ day: z.string(), model: z.string(), pricingTiers: z.string() },
  ...recordOf(usageSums, () => z.number()),
}) satisfies z.ZodType<UsageSum>

/** Runs of one project, or of all where what is bound is null. */
const ofRunsOf = '(? IS NULL OR run_id IN (SELECT run_id FROM run_totals WHERE project = ?))'

/** Tokens of a run or a period, summed where they had the same price. */
export function usage(connection: Connection, { of }: { of: UsageOf }, project: string | null): UsageSum[] {
  const isRun = 'runId' in of
  return connection
    .prepare(
      `SELECT day, model, pricing_tiers AS pricingTiers, ${usageSums.map(({ name, column }) => `sum(${column}) AS ${name}`).join(', ')}
       FROM run_costs WHERE ${isRun ? `run_id = ? AND ${ofRunsOf}` : runsInPeriod}
       GROUP BY day, model, pricing_tiers HAVING sum(turns) > 0`,
    )
    .all(...(isRun ? [of.runId, project, project] : valuesOf(of.period, project)))
    .map((row) => usageSchema.parse(row))
}

const budgetSums: Record<Budget['scope'], string> = {
  all: 'FROM daily_costs c WHERE @name = @name',
  workflow: 'FROM daily_costs c WHERE c.workflow = @name',
  user: 'FROM daily_costs c WHERE c.launched_by = @name',
  tag: 'FROM tag_costs c WHERE c.tag = @name',
}

const budgetUseSchema = z.object({ nanoUsd: z.number(), firstDay: z.string().nullable() })

/** What was spent against budgets, unsettled included, and from which day on. */
export function budgets(
  connection: Connection,
  asked: CostQuestions['budgets'],
  project: string | null,
): CostAnswers['budgets'] {
  return asked.budgets.map(({ budget, from, to, over }) =>
    budgetUseSchema.parse(
      connection
        .prepare(
          `SELECT coalesce(sum(c.cost_nano_usd + c.unsettled_nano_usd), 0) AS nanoUsd, min(c.day) AS firstDay ${budgetSums[budget.scope]}
             AND c.simulated = @simulated AND c.day BETWEEN @from AND @to AND (@project IS NULL OR c.project = @project)`,
        )
        .get({ name: budget.name, simulated: asked.simulated ? 1 : 0, from, to, project: project ?? over }),
    ),
  )
}

const unpricedSchema = z.object({ model: z.string(), runId: z.string(), title: z.string() })

/** Models that were used without a known price. */
export function unpriced(
  connection: Connection,
  { simulated }: { simulated: boolean },
  project: string | null,
): CostAnswers['unpriced'] {
  return connection
    .prepare(
      `SELECT c.model AS model, b.run_id AS runId, b.title AS title, max(b.created_at)
       FROM run_totals b JOIN run_costs c ON c.run_id = b.run_id
       WHERE b.unpriced_turns > 0 AND c.unpriced_turns > 0 AND b.simulated = ? AND ${ofProject}
       GROUP BY c.model`,
    )
    .all(simulated ? 1 : 0, project, project)
    .map((row) => unpricedSchema.parse(row))
}
