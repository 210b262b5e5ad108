import { join } from 'node:path'
import { cacheSavedNanoUsd } from '@/lib/core/money/cache-saving'
import { priceTable } from '@/lib/core/money/price-table'
import { type Cost, costOf } from '@/lib/core/money/pricing'
import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { noUsage, type Usage } from '@/lib/core/money/usage'
import { type Connection, openDatabase } from '../open'
import { migrationsDir } from '../testing'

const DAY_MS = 86_400_000
const models = ['claude-sonnet-5-5', 'claude-haiku-4-5', 'claude-opus-4-8'] as const
const workflows = ['audit', 'review', 'migrate', 'triage', 'summarise', 'translate', 'research', 'test-gaps'] as const
const users = ['ann', 'ben', 'cleo'] as const
const phases = ['Survey', 'Read', 'Verify', 'Report'] as const

const AGENTS_A_RUN = 10

export type Size = { turns: number; runs: number; days: number; until: string }

/**
 * Fills a database with runs that have ended, spread evenly over so many days: turns with what they used and cost, and
 * every sum that the write side would have kept. Journals and transcripts are left out: nothing about costs reads them.
 */
export function fillCosts(dataDir: string, { turns, runs, days, until }: Size): void {
  const { connection, release } = openDatabase(dataDir, migrationsDir)
  connection.pragma('synchronous = OFF')
  const perRun = Math.round(turns / runs)
  const begun = Date.parse(`${until}T00:00:00Z`) - (days - 1) * DAY_MS
  const add = prepare(connection)
  const daily = new Map<string, Sums>()
  connection.exec('BEGIN')
  for (let at = 0; at < runs; at++) {
    addRun(add, daily, { at, perRun, startedMs: begun + Math.floor((at / runs) * days * DAY_MS) })
    if (at % 500 === 499) connection.exec('COMMIT; BEGIN')
  }
  for (const sums of daily.values()) add.daily.run(...sums.parts, ...valuesOf(sums))
  connection.exec('COMMIT')
  connection.exec(sumsByTag)
  connection.exec('ANALYZE')
  release()
}

/** Adds up by tag what stands under each run. */
const sumsByTag = `INSERT INTO tag_costs (day, project, tag, model, workflow, phase, launched_by, simulated, turns, unpriced_turns,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_nano_usd, input_nano_usd, output_nano_usd,
    cache_read_nano_usd, cache_write_nano_usd, web_search_nano_usd, unsettled_nano_usd, cache_saved_nano_usd)
  SELECT c.day, b.project, t.tag, c.model, b.workflow, c.phase, b.launched_by, c.simulated, sum(c.turns),
    sum(c.unpriced_turns), sum(c.input_tokens), sum(c.output_tokens), sum(c.cache_read_tokens), sum(c.cache_write_tokens),
    sum(c.cost_nano_usd), sum(c.input_nano_usd), sum(c.output_nano_usd), sum(c.cache_read_nano_usd),
    sum(c.cache_write_nano_usd), sum(c.web_search_nano_usd), sum(c.unsettled_nano_usd), sum(c.cache_saved_nano_usd)
  FROM run_costs c JOIN run_totals b ON b.run_id = c.run_id
  JOIN (SELECT DISTINCT o.run_id, coalesce(j.value, '') AS tag FROM run_totals o LEFT JOIN json_each(o.tags) j) t
    ON t.run_id = c.run_id
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`

/** Where such a database is. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'skein.db')
}

type Sums = {
  parts: string[]
  turns: number
  usage: Usage
  cost: Record<keyof Cost['byKind'], number>
  total: number
  saved: number
  repeated: number
}

function addRun(
  add: ReturnType<typeof prepare>,
  daily: Map<string, Sums>,
  { at, perRun, startedMs }: { at: number; perRun: number; startedMs: number },
): void {
  const runId = `run-${String(at).padStart(7, '0')}`
  const workflow = workflows[at % workflows.length] ?? 'audit'
  const user = users[at % users.length] ?? 'ann'
  const own = new Map<string, Sums>()
  let spent = 0
  for (let position = 0; position < AGENTS_A_RUN; position++) {
    const agentId = `a${position + 1}`
    const phase = phases[position % phases.length] ?? 'Read'
    const model = models[(at + position) % models.length] ?? models[0]
    add.agent.run(runId, agentId, position, JSON.stringify({ phase }))
    const count = Math.ceil((perRun - position) / AGENTS_A_RUN)
    for (let turn = 0; turn < count; turn++) {
      const usage = usageOf(turn, at)
      const endedAt = new Date(startedMs + position * 60_000 + turn * 5000).toISOString()
      const cost = costOf(usage, model, priceTable, endedAt) ?? costOf(usage, model, priceTable, '2026-11-27T00:00:00Z')
      if (cost === null) throw new Error(`${model} has no price`)
      add.turn.run(runId, agentId, turn, model, JSON.stringify(usage), JSON.stringify(cost), endedAt, endedAt)
      spent += cost.totalNanoUsd
      const day = endedAt.slice(0, 10)
      const repeated = turn === 0 ? 0 : 3000 + (turn - 1) * 700
      book(own, [runId, day, model, phase, pricingTiersOf(usage)], usage, cost, repeated)
      book(daily, [day, model, workflow, phase, user], usage, cost, repeated)
    }
  }
  for (const sums of own.values()) {
    const { parts, usage, repeated } = sums
    add.run.run(...parts, ...valuesOf(sums), usage.cacheWrite1hTokens, repeated)
  }
  const createdAt = new Date(startedMs).toISOString()
  const tags = JSON.stringify([['nightly', 'ci'], ['release'], []][workflows.indexOf(workflow) % 3])
  add.runTotal.run(runId, `${workflow} ${at}`, workflow, user, tags, createdAt, createdAt, perRun, spent)
}

/** A conversation that grows: what was sent before is read from the cache. */
function usageOf(turn: number, at: number): Usage {
  return {
    ...noUsage,
    inputTokens: 200 + (at % 7) * 10,
    cacheReadTokens: turn === 0 ? 0 : 3000 + (turn - 1) * 700,
    cacheWrite5mTokens: turn === 0 ? 3000 : 700,
    outputTokens: 300 + ((at + turn) % 11) * 20,
  }
}

function book(sums: Map<string, Sums>, parts: string[], usage: Usage, cost: Cost, repeated: number): void {
  const key = parts.join('\n')
  const kinds = { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, webSearch: 0 }
  const own = sums.get(key) ?? { parts, turns: 0, usage: { ...noUsage }, cost: kinds, total: 0, saved: 0, repeated: 0 }
  own.turns += 1
  own.usage.inputTokens += usage.inputTokens
  own.usage.outputTokens += usage.outputTokens
  own.usage.cacheReadTokens += usage.cacheReadTokens
  own.usage.cacheWrite5mTokens += usage.cacheWrite5mTokens
  for (const kind of ['input', 'output', 'cacheRead', 'cacheWrite5m'] as const) own.cost[kind] += cost.byKind[kind]
  own.total += cost.totalNanoUsd
  own.saved += cacheSavedNanoUsd(usage, cost)
  own.repeated += repeated
  sums.set(key, own)
}

function valuesOf({ turns, usage, cost, total, saved }: Sums): number[] {
  const tokens = [usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWrite5mTokens]
  return [turns, ...tokens, total, saved, cost.input, cost.output, cost.cacheRead, cost.cacheWrite5m]
}

function prepare(connection: Connection) {
  const sums = `turns, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_nano_usd, cache_saved_nano_usd, input_nano_usd,
    output_nano_usd, cache_read_nano_usd, cache_write_nano_usd`
  return {
    agent: connection.prepare(
      `INSERT INTO agents (run_id, id, position, status, key, state, spec) VALUES (?, ?, ?, 'succeeded', '', ?, '')`,
    ),
    turn: connection.prepare(
      `INSERT INTO turns (run_id, agent_id, turn, attempt, model, usage, cost, stop_reason, started_at, ended_at)
       VALUES (?, ?, ?, 1, ?, ?, ?, 'end_turn', ?, ?)`,
    ),
    run: connection.prepare(
      `INSERT INTO run_costs (run_id, day, model, phase, pricing_tiers, simulated, unpriced_turns, web_search_nano_usd,
         unsettled_nano_usd, ${sums}, hour_write_tokens, repeated_tokens)
       VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    daily: connection.prepare(
      `INSERT INTO daily_costs (day, model, workflow, phase, launched_by, simulated, unpriced_turns, web_search_nano_usd,
         unsettled_nano_usd, ${sums})
       VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    runTotal: connection.prepare(
      `INSERT INTO run_totals (run_id, title, workflow, launched_by, tags, simulated, created_at, ended_at, status, turns,
         unpriced_turns, spent_nano_usd, unsettled_nano_usd, answers)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?, 'completed', ?, 0, ?, 0, ${AGENTS_A_RUN})`,
    ),
  }
}
