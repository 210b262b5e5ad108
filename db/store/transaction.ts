import type { AgentState } from '@/lib/core/agent/agent'
import { assertNever } from '@/lib/core/base/assert-never'
import {
  ProjectArchivedError,
  StaleFenceError,
  type StoreTransaction,
  type Write,
} from '@/lib/core/ports/journal-store'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { Connection } from '../open'
import { createRollups } from './rollups'
import { createRunTotals } from './run-totals'
import { createTurnTotals } from './turn-totals'

/**
 * The write side of the store over one connection: statements are prepared once and used for the process's
 * life.
 */
export function createTransaction(connection: Connection): StoreTransaction {
  const sql = prepare(connection)
  const rollups = createRollups(connection)
  const runTotals = createRunTotals(connection, rollups)
  const turns = createTurnTotals(connection, rollups)

  return {
    append(runId, at, events) {
      const [first] = events
      if (first === undefined) return []
      if (first.type === 'run.created') insertRun(runId, at, first)
      if (events.some(({ type }) => setsToWork.has(type))) refuseArchived(runId)
      const last = Number(sql.advance.pluck().get(events.length, runId))
      return events.map((event, index): Envelope => {
        const seq = last - events.length + 1 + index
        const agentId = 'agentId' in event ? event.agentId : null
        sql.addEvent.run(runId, seq, at, event.type, agentId, JSON.stringify(event))
        return { runId, seq, at, event }
      })
    },

    write(runId, at, write) {
      apply(runId, at, write)
    },

    project(state, changed) {
      const { run, phases, totals, outcomeCounts, seq } = state
      sql.saveHead.run(
        run.status,
        run.title,
        JSON.stringify({ run, phases, totals, outcomeCounts, seq }),
        run.id,
      )
      for (const agent of changed) saveAgent(run.id, agent)
      runTotals.save(state)
    },
  }

  function insertRun(runId: string, at: string, event: Extract<RunEvent, { type: 'run.created' }>): void {
    sql.addRun.run(
      runId,
      event.spec.title,
      event.spec.workflow?.name ?? null,
      event.spec.simulated ? 1 : 0,
      event.spec.project,
      at,
    )
  }

  /** Nothing is set to work in a project that was archived since it was asked for; a trial run changes nothing. */
  function refuseArchived(runId: string): void {
    if (!runId.startsWith(trialRunPrefix) && sql.isArchived.get(runId) !== undefined)
      throw new ProjectArchivedError()
  }

  function saveAgent(runId: string, agent: AgentState): void {
    sql.saveAgent.run(agent.position, agent.status, JSON.stringify(agent), runId, agent.id)
  }

  function apply(runId: string, at: string, write: Write): void {
    switch (write.do) {
      case 'create-run':
        saveInput(runId, at, write)
        return
      case 'create-agent':
        createAgent(runId, write)
        return
      case 'add-message':
        holdsFence(runId, write.agentId, write.fence)
        addMessage(runId, write.agentId, write.attempt, write.turn, write.message)
        return
      case 'commit-turn':
        holdsFence(runId, write.row.agentId, write.fence)
        turns.commit(runId, write.rollup, write.row)
        sql.clearInFlightTurn.run(runId, write.row.agentId)
        return
      case 'add-unsettled':
        if (write.rollup !== null) turns.addUnsettled(runId, write.rollup, write.nanoUsd, write.tokens)
        return
      case 'save-in-flight-turn':
        sql.saveInFlightTurn.run(runId, write.inFlightTurn.agentId, JSON.stringify(write.inFlightTurn))
        return
      case 'clear-in-flight-turn':
        sql.clearInFlightTurn.run(runId, write.agentId)
        return
      case 'save-answer':
        holdsFence(runId, write.agentId, write.fence)
        sql.saveAnswer.run(JSON.stringify(write.result), runId, write.agentId)
        return
      case 'save-result':
        sql.saveResult.run(JSON.stringify(write.result), runId)
        return
      case 'forget-result':
        sql.saveResult.run(null, runId)
        return
      case 'change-options':
        sql.changeOptions.run(JSON.stringify(write.options), runId, write.agentId)
        return
      case 'save-source':
        sql.saveSource.run(runId, write.digest, write.source)
        return
      case 'add-delivery':
        sql.addDelivery.run(write.delivery)
        return
      default:
        assertNever(write)
    }
  }

  function saveInput(runId: string, at: string, write: Extract<Write, { do: 'create-run' }>): void {
    sql.setInput.run(write.script, JSON.stringify(write.args), runId)
    if (write.idempotencyKey !== null)
      sql.addKey.run(write.idempotencyKey, write.idempotencyDigest, runId, at)
  }

  function createAgent(
    runId: string,
    { spec, first, counted }: Extract<Write, { do: 'create-agent' }>,
  ): void {
    sql.addAgent.run(runId, spec.agentId, spec.key, JSON.stringify(spec))
    addMessage(runId, spec.agentId, 1, 0, first)
    if (counted === null) return
    sql.countAgent.run(counted.day, counted.simulated ? 1 : 0)
    rollups.countAgent(counted.day, counted.payer, counted.simulated)
  }

  /** Refuses a writer whose claim was taken over: a zombie can never write. */
  function holdsFence(runId: string, agentId: string, fence: number): void {
    if (sql.fence.pluck().get(runId, agentId) !== fence) throw new StaleFenceError(agentId)
  }

  function addMessage(
    runId: string,
    agentId: string,
    attempt: number,
    turn: number,
    message: { role: string; content: unknown },
  ): void {
    sql.addMessage.run(
      runId,
      agentId,
      runId,
      agentId,
      attempt,
      turn,
      message.role,
      JSON.stringify(message.content),
    )
  }
}

/** Events with which a run begins, or begins again. */
const setsToWork: ReadonlySet<RunEvent['type']> = new Set(['run.created', 'run.approved', 'run.retried'])

function prepare(connection: Connection) {
  return {
    isArchived: connection.prepare(
      `SELECT 1 FROM runs JOIN projects ON projects.id = runs.project
       WHERE runs.id = ? AND projects.archived_at IS NOT NULL`,
    ),
    addRun: connection.prepare(
      `INSERT INTO runs (id, seq, status, title, workflow, simulated, project, created_at, head, script, args)
       VALUES (?, 0, 'draft', ?, ?, ?, ?, ?, '', '', 'null')`,
    ),
    setInput: connection.prepare('UPDATE runs SET script = ?, args = ? WHERE id = ?'),
    advance: connection.prepare('UPDATE runs SET seq = seq + ? WHERE id = ? RETURNING seq'),
    addEvent: connection.prepare(
      'INSERT INTO events (run_id, seq, at, type, agent_id, data) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    saveHead: connection.prepare('UPDATE runs SET status = ?, title = ?, head = ? WHERE id = ?'),
    addAgent: connection.prepare(
      `INSERT INTO agents (run_id, id, position, status, key, state, spec)
       VALUES (?, ?, 0, 'queued', ?, '', ?)`,
    ),
    countAgent: connection.prepare(
      `INSERT INTO day_agents (day, simulated, agents) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET agents = agents + 1`,
    ),
    saveAgent: connection.prepare(
      'UPDATE agents SET position = ?, status = ?, state = ? WHERE run_id = ? AND id = ?',
    ),
    fence: connection.prepare('SELECT fence FROM agents WHERE run_id = ? AND id = ?'),
    addMessage: connection.prepare(
      `INSERT INTO messages (run_id, agent_id, position, attempt, turn, role, content)
       VALUES (?, ?, (SELECT count(*) FROM messages WHERE run_id = ? AND agent_id = ?), ?, ?, ?, ?)`,
    ),
    saveInFlightTurn: connection.prepare(
      'INSERT INTO in_flight_turns (run_id, agent_id, data) VALUES (?, ?, ?) ON CONFLICT (run_id, agent_id) DO UPDATE SET data = excluded.data',
    ),
    clearInFlightTurn: connection.prepare('DELETE FROM in_flight_turns WHERE run_id = ? AND agent_id = ?'),
    saveAnswer: connection.prepare('UPDATE agents SET result = ? WHERE run_id = ? AND id = ?'),
    saveResult: connection.prepare('UPDATE runs SET result = ? WHERE id = ?'),
    changeOptions: connection.prepare(
      "UPDATE agents SET spec = json_set(spec, '$.options', json(?)) WHERE run_id = ? AND id = ?",
    ),
    addDelivery: connection.prepare(
      `INSERT INTO deliveries (id, created_at, kind, body, status, attempts, next_at, last_answer, delivered_at)
        VALUES (@id, @createdAt, @kind, @body, @status, @attempts, @nextAt, @lastAnswer, @deliveredAt)
        ON CONFLICT DO NOTHING`,
    ),
    saveSource: connection.prepare('INSERT OR IGNORE INTO sources (run_id, digest, source) VALUES (?, ?, ?)'),
    addKey: connection.prepare(
      'INSERT INTO idempotency_keys (key, digest, run_id, created_at) VALUES (?, ?, ?, ?)',
    ),
  }
}
