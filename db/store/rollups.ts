import { z } from 'zod'
import { type Payer, rollupPayer } from '@/lib/core/money/quotas'
import { keptSums, noSums, type Sums, type SumTable } from '@/lib/core/money/sums'
import type { RollupKey } from '@/lib/core/ports/journal-store'
import { moneyNumber } from '../money-number'
import type { Connection } from '../open'

/**
 * The keys of the sums that a turn, or a change of one, is added to. `day` is a UTC date; `pricingTiers`
 * comes from `pricingTiersOf`.
 */
export type RollupPlace = RollupKey & { runId: string; pricingTiers: string; imported?: boolean }

/** Amounts to add; negative ones subtract, and sums that are left out do not change. */
export type RollupChange = Partial<Sums>

/** The tags of a run, '' where it has none, each once. */
const tagsOf = `SELECT DISTINCT coalesce(t.value, '') AS tag FROM run_totals b LEFT JOIN json_each(b.tags) t WHERE b.run_id = @runId`

/**
 * Keeps every sum of spending: by day, by day and tag, and by run. Inside the transaction of what it adds up.
 */
export function createRollups(connection: Connection) {
  const sql = prepare(connection)
  return {
    add(place: RollupPlace, change: RollupChange): void {
      const row = { ...place, simulated: moneyNumber(place), agents: 0, ...noSums, ...change }
      sql.day.run(row)
      sql.tag.run(row)
      sql.run.run(row)
      // What was paid for elsewhere counts against nobody's quota.
      if (place.imported !== true) sql.payer.run(row)
    },

    /** Agents that were made on a day, by whom they count against. */
    countAgent(day: string, payer: Payer, simulated: boolean): void {
      const { project } = payer
      sql.payer.run({
        ...noSums,
        ...rollupPayer(payer),
        day,
        project,
        simulated: simulated ? 1 : 0,
        agents: 1,
      })
    },

    /** Runs a change of a run's tags, and moves its sums from the old tags to the new ones. */
    moveTags(runId: string, tags: string, change: () => void): void {
      const before = z.string().optional().parse(sql.tags.pluck().get(runId))
      const isMoved = before !== undefined && before !== tags
      if (isMoved) sql.leaveTags.run({ runId })
      change()
      if (!isMoved) return
      sql.joinTags.run({ runId })
      sql.dropEmptyTags.run({ runId })
    },
  }
}

/** The keeper of the sums. */
export type Rollups = ReturnType<typeof createRollups>

function prepare(connection: Connection) {
  const dayKeys = {
    ...dayAndModel,
    workflow: '@workflow',
    phase: '@phase',
    launched_by: '@launchedBy',
    project: '@project',
  }
  const runKeys = { ...dayAndModel, run_id: '@runId', phase: '@phase', pricing_tiers: '@pricingTiers' }
  return {
    tags: connection.prepare('SELECT tags FROM run_totals WHERE run_id = ?'),
    day: connection.prepare(upsert('day', { ...dayKeys, ...paramsOf('day') }, 'WHERE true')),
    tag: connection.prepare(
      upsert('tag', { tag: 'tag', ...dayKeys, ...paramsOf('tag') }, `FROM (${tagsOf}) WHERE true`),
    ),
    run: connection.prepare(upsert('run', { ...runKeys, ...paramsOf('run') }, 'WHERE true')),
    payer: connection.prepare(addToPayer),
    leaveTags: connection.prepare(moveTags('-')),
    joinTags: connection.prepare(moveTags('')),
    dropEmptyTags: connection.prepare(
      `DELETE FROM tag_costs WHERE day IN (SELECT day FROM run_costs WHERE run_id = @runId)
         AND turns = 0 AND cost_nano_usd = 0 AND unsettled_nano_usd = 0`,
    ),
  }
}

const addToPayer = `INSERT INTO payer_costs
    (simulated, day, project, payer, owner, spent_nano_usd, unsettled_nano_usd, tokens, agents)
  VALUES (@simulated, @day, @project, @payer, @payerOwner, @costNanoUsd, @unsettledNanoUsd,
    @inputTokens + @outputTokens + @cacheReadTokens + @cacheWriteTokens + @unsettledTokens, @agents)
  ON CONFLICT DO UPDATE SET spent_nano_usd = spent_nano_usd + excluded.spent_nano_usd,
    unsettled_nano_usd = unsettled_nano_usd + excluded.unsettled_nano_usd,
    tokens = tokens + excluded.tokens, agents = agents + excluded.agents`

const dayAndModel = { day: '@day', model: '@model', simulated: '@simulated' }

const tables: Readonly<Record<SumTable, string>> = { day: 'daily_costs', tag: 'tag_costs', run: 'run_costs' }

/** The columns of a table's sums, each with the parameter of its name. */
function paramsOf(table: SumTable): Record<string, string> {
  return Object.fromEntries(keptSums[table].map(({ name, column }) => [column, `@${name}`]))
}

/** Rows of keys and sums, added to those that are there. */
function upsert(table: SumTable, values: Readonly<Record<string, string>>, from: string): string {
  const added = keptSums[table].map(({ column }) => `${column} = ${column} + excluded.${column}`)
  return `INSERT INTO ${tables[table]} (${Object.keys(values).join(', ')}) SELECT ${Object.values(values).join(', ')} ${from}
    ON CONFLICT DO UPDATE SET ${added.join(', ')}`
}

/** Adds a run's sums to its tags or, with a minus, subtracts them. */
function moveTags(sign: '' | '-'): string {
  const sums = keptSums.tag.map(({ column }) => [column, `${sign}sum(c.${column})`])
  const keys = {
    tag: 't.tag',
    day: 'c.day',
    model: 'c.model',
    simulated: 'c.simulated',
    workflow: 'b.workflow',
    phase: 'c.phase',
    launched_by: 'b.launched_by',
    project: 'b.project',
  }
  return upsert(
    'tag',
    { ...keys, ...Object.fromEntries(sums) },
    `FROM run_costs c JOIN run_totals b ON b.run_id = c.run_id, (${tagsOf}) t WHERE c.run_id = @runId
     GROUP BY ${Object.values(keys).join(', ')}`,
  )
}
