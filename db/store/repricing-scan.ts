import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { CostQuestions } from '@/lib/core/money/cost-store'
import {
  RepricedLines,
  type RepricedTurn,
  type RepricingAsked,
  type RepricingSight,
  repriced,
} from '@/lib/core/money/repricing'
import { usageSchema } from '@/lib/core/money/usage'
import { openStatuses } from '@/lib/core/spec/run-status'
import { costSchema, parsed } from '../json-column'
import type { Connection } from '../open'

/** Runs told by name in a preview; sums are of all. */
const RUNS_TOLD = 50

const isOpen = `b.status IN (${openStatuses.map((status) => `'${status}'`).join(', ')})`
const runsAsked = `SELECT DISTINCT run_id FROM run_costs
  WHERE simulated = ? AND day BETWEEN ? AND ? AND (? IS NULL OR model = ?) AND turns > 0`
const valuesOf = ({ simulated, from, to, model }: RepricingAsked) => [
  simulated ? 1 : 0,
  from,
  to,
  model,
  model,
]

/**
 * What pricing the ended runs of a period by another list changes. Runs still at work are named and left out:
 * their totals are being written. Reads turn by turn, so it belongs on a thread of its own.
 */
export function scanRepricing(connection: Connection, asked: RepricingAsked): RepricingSight {
  const [all, byModel, byDay, byRun] = [0, 1, 2, 3].map(() => new RepricedLines())
  const titles = new Map<string, string>()
  const digest = createHash('sha256')
  const looked = { turns: 0 }
  for (const turn of changes(connection, asked, null, looked)) {
    all?.add('', turn)
    byModel?.add(turn.model, turn)
    byDay?.add(turn.day, turn)
    byRun?.add(turn.runId, turn)
    titles.set(turn.runId, turn.title)
    digest.update(JSON.stringify([turn.runId, turn.agentId, turn.turn, turn.before, turn.after]))
  }
  const [whole] = all?.list() ?? []
  return {
    digest: digest.digest('hex'),
    looked: looked.turns,
    turns: whole?.turns ?? 0,
    unpricedTurns: whole?.unpriced ?? 0,
    beforeNanoUsd: whole?.beforeNanoUsd ?? 0,
    afterNanoUsd: whole?.afterNanoUsd ?? 0,
    runIds: [...titles.keys()],
    openRuns: openRuns(connection, asked),
    byModel: byModel?.list() ?? [],
    byDay: (byDay?.list() ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)),
    byRun: (byRun?.list() ?? [])
      .slice(0, RUNS_TOLD)
      .map((line) => ({ ...line, title: titles.get(line.name) ?? '' })),
  }
}

/** The turns of some runs that change. */
export function repricedTurns(
  connection: Connection,
  { asked, runIds }: CostQuestions['repricedTurns'],
): RepricedTurn[] {
  return [...changes(connection, asked, runIds, { turns: 0 })]
}

function openRuns(connection: Connection, asked: RepricingAsked): string[] {
  return z.array(z.string()).parse(
    connection
      .prepare(
        `SELECT b.title FROM (${runsAsked}) r JOIN run_totals b ON b.run_id = r.run_id WHERE ${isOpen}`,
      )
      .pluck()
      .all(...valuesOf(asked)),
  )
}

const turnRow = z.object({
  runId: z.string(),
  title: z.string(),
  agentId: z.string(),
  turn: z.number(),
  model: z.string(),
  phase: z.string(),
  usage: z.string(),
  cost: z.string().nullable(),
  endedAt: z.string(),
})

function* changes(
  connection: Connection,
  asked: RepricingAsked,
  runIds: readonly string[] | null,
  looked: { turns: number },
): Generator<RepricedTurn> {
  const runs = runIds === null ? runsAsked : 'SELECT value AS run_id FROM json_each(?)'
  const rows = connection
    .prepare(
      `SELECT t.run_id AS runId, b.title AS title, t.agent_id AS agentId, t.turn AS turn, t.model AS model, t.usage AS usage,
         t.cost AS cost, t.ended_at AS endedAt, coalesce(json_extract(a.state, '$.phase'), 'Agents') AS phase
       FROM (${runs}) r JOIN run_totals b ON b.run_id = r.run_id AND NOT ${isOpen}
       JOIN turns t ON t.run_id = r.run_id
       JOIN agents a ON a.run_id = t.run_id AND a.id = t.agent_id
       WHERE t.ended_at >= ? AND t.ended_at < date(?, '+1 day') AND (? IS NULL OR t.model = ?)
       ORDER BY b.created_at, t.run_id, t.agent_id, t.turn`,
    )
    .iterate(
      ...(runIds === null ? valuesOf(asked) : [JSON.stringify(runIds)]),
      ...[asked.from, asked.to, asked.model, asked.model],
    )
  for (const row of rows) {
    looked.turns += 1
    const turn = turnRow.parse(row)
    const usage = usageSchema.parse(parsed(turn.usage))
    const cost = turn.cost === null ? null : costSchema.parse(parsed(turn.cost))
    const change = repriced({ usage, model: turn.model, cost, at: turn.endedAt }, asked.prices)
    if (change === null) continue
    const { runId, title, agentId, model, phase } = turn
    const day = turn.endedAt.slice(0, 10)
    yield {
      runId,
      title,
      agentId,
      turn: turn.turn,
      day,
      model,
      phase,
      ...change,
    }
  }
}
