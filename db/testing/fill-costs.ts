import { join } from 'node:path'
import { priceTable } from '@/lib/core/money/price-table'
import { costOf } from '@/lib/core/money/pricing'
import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { addSums, noSums, type Sums, sumsOfTurn } from '@/lib/core/money/sums'
import { noUsage, type Usage } from '@/lib/core/money/usage'
import { type Connection, openDatabase } from '../open'
import { createRollups, type RollupPlace, type Rollups } from '../store/rollups'
import { migrationsDir } from '../testing'

const DAY_MS = 86_400_000
const models = ['claude-sonnet-5-5', 'claude-haiku-4-5', 'claude-opus-4-8'] as const
const workflows = [
  'audit',
  'review',
  'migrate',
  'triage',
  'summarise',
  'translate',
  'research',
  'test-gaps',
] as const
const users = ['ann', 'ben', 'cleo'] as const
const phases = ['Survey', 'Read', 'Verify', 'Report'] as const

const AGENTS_A_RUN = 10

export type Size = { turns: number; runs: number; days: number; until: string }

/**
 * Fills a database with runs that have ended, spread evenly over so many days: turns with what they used and
 * cost, and every sum that the write side would have kept. Journals and transcripts are left out: nothing
 * about costs reads them.
 */
export function fillCosts(dataDir: string, { turns, runs, days, until }: Size): void {
  const { connection, release } = openDatabase(dataDir, migrationsDir)
  connection.pragma('synchronous = OFF')
  const perRun = Math.round(turns / runs)
  const begun = Date.parse(`${until}T00:00:00Z`) - (days - 1) * DAY_MS
  const add = { ...prepare(connection), rollups: createRollups(connection) }
  connection.exec('BEGIN')
  for (let at = 0; at < runs; at++) {
    addRun(add, { at, perRun, startedMs: begun + Math.floor((at / runs) * days * DAY_MS) })
    if (at % 500 === 499) connection.exec('COMMIT; BEGIN')
  }
  connection.exec('COMMIT')
  connection.exec('ANALYZE')
  release()
}

/** Where such a database is. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'skein.db')
}

function addRun(
  add: ReturnType<typeof prepare> & { rollups: Rollups },
  { at, perRun, startedMs }: { at: number; perRun: number; startedMs: number },
): void {
  const runId = `run-${String(at).padStart(7, '0')}`
  const workflow = workflows[at % workflows.length] ?? 'audit'
  const launchedBy = users[at % users.length] ?? 'ann'
  const kept = new Map<string, { place: RollupPlace; sums: Sums }>()
  for (let position = 0; position < AGENTS_A_RUN; position++) {
    const agentId = `a${position + 1}`
    const phase = phases[position % phases.length] ?? 'Read'
    const model = models[(at + position) % models.length] ?? models[0]
    add.agent.run(runId, agentId, position, JSON.stringify({ phase, label: `${workflow} ${phase}` }))
    const count = Math.ceil((perRun - position) / AGENTS_A_RUN)
    for (let turn = 0; turn < count; turn++) {
      const usage = usageOf(turn, at)
      const endedAt = new Date(startedMs + position * 60_000 + turn * 5000).toISOString()
      const cost =
        costOf(usage, model, priceTable, endedAt) ?? costOf(usage, model, priceTable, '2026-11-27T00:00:00Z')
      if (cost === null) throw new Error(`${model} has no price`)
      add.turn.run(runId, agentId, turn, model, JSON.stringify(usage), JSON.stringify(cost), endedAt, endedAt)
      const keys = { day: endedAt.slice(0, 10), model, phase, pricingTiers: pricingTiersOf(usage, cost) }
      const payer = { payer: launchedBy, payerOwner: '' }
      const place = { ...keys, ...payer, runId, workflow, launchedBy, project: 'default', simulated: false }
      const own = kept.get(JSON.stringify(keys))?.sums ?? noSums
      const promptBefore = turn === 0 ? 0 : 3000 + (turn - 1) * 700
      kept.set(JSON.stringify(keys), { place, sums: addSums(own, sumsOfTurn({ usage, cost, promptBefore })) })
    }
  }
  const spent = [...kept.values()].reduce((sum, { sums }) => sum + sums.costNanoUsd, 0)
  const createdAt = new Date(startedMs).toISOString()
  const tags = JSON.stringify([['nightly', 'ci'], ['release'], []][workflows.indexOf(workflow) % 3])
  // Sums by tag are kept under the tags that the run's totals say.
  add.runTotal.run(
    runId,
    `${workflow} ${at}`,
    workflow,
    launchedBy,
    tags,
    createdAt,
    createdAt,
    perRun,
    spent,
  )
  for (const { place, sums } of kept.values()) add.rollups.add(place, sums)
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

function prepare(connection: Connection) {
  return {
    agent: connection.prepare(
      `INSERT INTO agents (run_id, id, position, status, key, state, spec) VALUES (?, ?, ?, 'succeeded', '', ?, '{}')`,
    ),
    turn: connection.prepare(
      `INSERT INTO turns (run_id, agent_id, turn, attempt, model, usage, cost, stop_reason, started_at, ended_at)
       VALUES (?, ?, ?, 1, ?, ?, ?, 'end_turn', ?, ?)`,
    ),
    runTotal: connection.prepare(
      `INSERT INTO run_totals (run_id, title, workflow, launched_by, tags, simulated, created_at, ended_at, status, turns,
         unpriced_turns, spent_nano_usd, unsettled_nano_usd, answers)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?, 'completed', ?, 0, ?, 0, ${AGENTS_A_RUN})`,
    ),
  }
}
