import { z } from 'zod'
import type { AgentState } from '@/lib/core/agent/agent'
import { type Actor, actorSchema } from '@/lib/core/base/actor'
import { type MoneyStore, RepricedSinceError, type Repricing } from '@/lib/core/money/money-store'
import type { Cost } from '@/lib/core/money/pricing'
import { pricingTiersOf } from '@/lib/core/money/pricing-tiers'
import { addSums, noSums, type Sums, sumsOfTurn } from '@/lib/core/money/sums'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run'
import type { Connection } from '../open'
import { createRollups } from './rollups'
import { costSchema, parsed, readAgentState, readHead, readTurn } from './rows'
import { createTransaction } from './transaction'

const repricingRow = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  status: z.enum(['preparing', 'applying', 'applied']),
  asked: z.string(),
  turns: z.number(),
  runs: z.number(),
  beforeNanoUsd: z.number(),
  afterNanoUsd: z.number(),
  undoes: z.string().nullable(),
  doneTurns: z.number(),
  skippedTurns: z.number(),
  undoneBy: z.string().nullable(),
})
const askedSchema = z.object({
  from: z.string(),
  to: z.string(),
  model: z.string().nullable(),
  simulated: z.boolean(),
})

const DONE = 1
const SKIPPED = 2

type RepricingStore = Pick<
  MoneyStore,
  | 'addRepricing'
  | 'addRepricedTurns'
  | 'setRepricingStatus'
  | 'dropRepricing'
  | 'listRepricings'
  | 'addUndo'
  | 'runsToReprice'
  | 'repriceRun'
>

/** What is recorded of pricing history anew, and the transaction that does it to one run. */
export function createRepricingStore(connection: Connection): RepricingStore {
  return {
    async addRepricing(repricing) {
      connection
        .prepare(
          `INSERT INTO repricings (id, at, by, status, asked, turns, runs, before_nano_usd, after_nano_usd, undoes)
           VALUES (@id, @at, @by, @status, @asked, @turns, @runs, @beforeNanoUsd, @afterNanoUsd, @undoes)`,
        )
        .run({ ...repricing, by: JSON.stringify(repricing.by), asked: JSON.stringify(repricing.asked) })
    },

    async addRepricedTurns(id, turns) {
      const add = connection.prepare(
        'INSERT INTO repriced_turns (repricing_id, run_id, agent_id, turn, before, after, done) VALUES (?, ?, ?, ?, ?, ?, 0)',
      )
      connection.transaction(() => {
        for (const turn of turns)
          add.run(id, turn.runId, turn.agentId, turn.turn, textOf(turn.before), textOf(turn.after))
      })()
    },

    async setRepricingStatus(id, status) {
      connection.prepare('UPDATE repricings SET status = ? WHERE id = ?').run(status, id)
    },

    async dropRepricing(id) {
      connection.transaction(() => {
        connection.prepare('DELETE FROM repriced_turns WHERE repricing_id = ?').run(id)
        connection.prepare('DELETE FROM repricings WHERE id = ?').run(id)
      })()
    },

    async listRepricings() {
      return connection
        .prepare(
          `SELECT id, at, by, status, asked, turns, runs, before_nano_usd AS beforeNanoUsd, after_nano_usd AS afterNanoUsd, undoes,
             (SELECT count(*) FROM repriced_turns t WHERE t.repricing_id = r.id AND done = ${DONE}) AS doneTurns,
             (SELECT count(*) FROM repriced_turns t WHERE t.repricing_id = r.id AND done = ${SKIPPED}) AS skippedTurns,
             (SELECT id FROM repricings u WHERE u.undoes = r.id) AS undoneBy
           FROM repricings r ORDER BY at DESC, id LIMIT 100`,
        )
        .all()
        .map((row): Repricing => {
          const { asked, by, ...rest } = repricingRow.parse(row)
          return { ...rest, by: actorSchema.parse(parsed(by)), asked: askedSchema.parse(parsed(asked)) }
        })
    },

    async addUndo(id, of, at, by) {
      connection.transaction(() => {
        const since = z.number().parse(
          connection
            .prepare(
              `SELECT count(*) FROM repriced_turns r
               JOIN turns t ON t.run_id = r.run_id AND t.agent_id = r.agent_id AND t.turn = r.turn
               WHERE r.repricing_id = ? AND r.done = ${DONE} AND t.cost IS NOT r.after`,
            )
            .pluck()
            .get(of),
        )
        if (since > 0) throw new RepricedSinceError(since)
        connection
          .prepare(
            `INSERT INTO repricings SELECT ?, ?, ?, 'applying', asked, turns, runs, after_nano_usd, before_nano_usd, id
             FROM repricings WHERE id = ?`,
          )
          .run(id, at, JSON.stringify(by), of)
        connection
          .prepare(
            `INSERT INTO repriced_turns SELECT ?, run_id, agent_id, turn, after, before, 0
             FROM repriced_turns WHERE repricing_id = ? AND done = ${DONE}`,
          )
          .run(id, of)
      })()
    },

    async runsToReprice(id) {
      return z
        .array(z.string())
        .parse(
          connection
            .prepare('SELECT DISTINCT run_id FROM repriced_turns WHERE repricing_id = ? AND done = 0')
            .pluck()
            .all(id),
        )
    },

    async repriceRun(id, runId, at, actor) {
      return connection
        .transaction(() => {
          const state = stateOf(connection, runId)
          const isOpen = state === null || !hasEnded(state.run.status)
          const changes = isOpen ? null : repriceTurns(connection, id, state)
          connection
            .prepare('UPDATE repriced_turns SET done = ? WHERE repricing_id = ? AND run_id = ?')
            .run(changes === null ? SKIPPED : DONE, id, runId)
          if (state === null || changes === null) return { state: 'skipped' as const, changes: [] }
          append(connection, { id, state, changes, at, actor })
          return { state: 'done' as const, changes: byDay(changes) }
        })
        .immediate()
    },
  }
}

/** What a turn's new cost changes in every sum. */
type Change = { agentId: string; day: string; sums: Sums }

function stateOf(connection: Connection, runId: string): RunState | null {
  const head = connection.prepare('SELECT head FROM runs WHERE id = ?').get(runId)
  if (head === undefined) return null
  const agents = connection
    .prepare('SELECT state FROM agents WHERE run_id = ? ORDER BY position')
    .all(runId)
    .map(readAgentState)
  // What is in the journal alone is not written with rows, and no price changes it.
  const unfolded = { log: [], barriers: [], batches: [], checkpoints: [] }
  return { ...readHead(head), ...unfolded, agents: new Map(agents.map((agent) => [agent.id, agent])) }
}

/** New costs in the rows of turns and in all sums; null when a turn is not what the preview saw. */
function repriceTurns(connection: Connection, id: string, { run, agents }: RunState): Change[] | null {
  const rows = connection
    .prepare(
      `SELECT t.*, r.before AS asked_before, r.after AS asked_after FROM repriced_turns r
       JOIN turns t ON t.run_id = r.run_id AND t.agent_id = r.agent_id AND t.turn = r.turn
       WHERE r.repricing_id = ? AND r.run_id = ?`,
    )
    .all(id, run.id)
  const wanted = rows.map((row) => {
    const { asked_before, asked_after } = z
      .object({ asked_before: z.string().nullable(), asked_after: z.string().nullable() })
      .parse(row)
    return { turn: readTurn(row), before: readCost(asked_before), after: readCost(asked_after) }
  })
  if (wanted.length === 0 || wanted.some(({ turn, before }) => textOf(turn.cost) !== textOf(before))) return null
  const setCost = connection.prepare('UPDATE turns SET cost = ? WHERE run_id = ? AND agent_id = ? AND turn = ?')
  const rollups = createRollups(connection)
  return wanted.map(({ turn, before, after }) => {
    setCost.run(textOf(after), run.id, turn.agentId, turn.turn)
    const day = turn.endedAt.slice(0, 10)
    const phase = agents.get(turn.agentId)?.phase ?? 'Agents'
    const { id: runId, launchedBy, project, simulated } = run
    const workflow = run.workflow?.name ?? 'ad hoc'
    const at = (cost: Cost | null) => sumsOfTurn({ usage: turn.usage, cost, promptBefore: 0 })
    const sums = addSums(at(after), at(before), -1)
    rollups.add(
      {
        runId,
        day,
        model: turn.model,
        workflow,
        phase,
        launchedBy: launchedBy.id,
        project,
        simulated,
        pricingTiers: pricingTiersOf(turn.usage),
      },
      sums,
    )
    return { agentId: turn.agentId, day, sums }
  })
}

/** The event, and the rows that mirror it. */
function append(
  connection: Connection,
  { id, state, changes, at, actor }: { id: string; state: RunState; changes: Change[]; at: string; actor: Actor },
): void {
  const transaction = createTransaction(connection)
  const touched = [...new Set(changes.map(({ agentId }) => agentId))]
  const agents = touched.map((agentId) => {
    const own = changes.filter((change) => change.agentId === agentId)
    return {
      agentId,
      costNanoUsd: agentCost(connection, state.run.id, agentId),
      changeNanoUsd: changeOf(own).costNanoUsd,
    }
  })
  const change = changeOf(changes)
  const unpricedTurns = state.totals.unpricedTurns + change.unpricedTurns
  const spent = state.totals.spentNanoUsd + change.costNanoUsd
  const [envelope] = transaction.append(state.run.id, at, [
    {
      type: 'run.repriced',
      repricingId: id,
      turns: changes.length,
      agents,
      costNanoUsd: unpricedTurns === 0 && state.totals.unmeteredTurns === 0 ? spent : null,
      unpricedTurns,
      cacheSavedNanoUsd: state.totals.cacheSavedNanoUsd + change.cacheSavedNanoUsd,
      actor,
    },
  ])
  if (envelope === undefined) throw new Error(`Run ${state.run.id} took no event`)
  const next = fold(state, envelope)
  const changed = touched.map((agentId) => next.agents.get(agentId)).filter((agent) => agent !== undefined)
  transaction.project(next, changed satisfies AgentState[])
}

/** Sum of an agent's turns as their rows have it now; null as soon as one has no price. */
function agentCost(connection: Connection, runId: string, agentId: string): number | null {
  const row = connection
    .prepare(
      `SELECT sum(cost IS NULL) AS unpriced, coalesce(sum(json_extract(cost, '$.totalNanoUsd')), 0) AS cost
       FROM turns WHERE run_id = ? AND agent_id = ?`,
    )
    .get(runId, agentId)
  const { unpriced, cost } = z.object({ unpriced: z.number(), cost: z.number() }).parse(row)
  return unpriced > 0 ? null : cost
}

function byDay(changes: readonly Change[]) {
  const days = [...new Set(changes.map(({ day }) => day))]
  const changeOn = (on: string) => changeOf(changes.filter(({ day }) => day === on))
  return days.map((day) => ({ day, changeNanoUsd: changeOn(day).costNanoUsd }))
}

function changeOf(changes: readonly Change[]): Sums {
  return changes.reduce<Sums>((all, { sums }) => addSums(all, sums), noSums)
}

function textOf(cost: Cost | null): string | null {
  return cost === null ? null : JSON.stringify(cost)
}

function readCost(text: string | null): Cost | null {
  return text === null ? null : costSchema.parse(parsed(text))
}
