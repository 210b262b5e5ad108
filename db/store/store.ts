import { z } from 'zod'
import type { RunHead } from '@/lib/core/ports/run-store'
import type { Store } from '@/lib/core/ports/store'
import { unfolded, unfoldedEvents } from '@/lib/core/run/log-lines'
import { unphased } from '@/lib/core/run/phases'
import type { Connection } from '../open'
import { unavailable } from '../unavailable'
import { spentByDay } from './costs'
import { agentSamples, estimatedRuns } from './history'
import { listCondition } from './list-condition'
import { createMoneyStore } from './money'
import {
  parsed,
  readAgent,
  readAgentState,
  readEnvelope,
  readHead,
  readInFlightTurn,
  readMessage,
  readTurn,
} from './rows'
import { costLines, unsettledLines } from './run-costs'
import { createTransaction } from './transaction'
import { createWorkflowStore } from './workflows'

/** Longest a statement blocks the process for somebody else's lock. */
const LOCK_WAIT_MS = 100

/** The store in one SQLite file. Every call is one statement or one transaction; `release` closes the file. */
export function createStore(connection: Connection, release: () => void): Store {
  // Whoever waits for a lock in here holds up everything else; the recorder waits, and tries again.
  connection.pragma(`busy_timeout = ${LOCK_WAIT_MS}`)
  const transaction = createTransaction(connection)
  const all = (sql: string, ...values: unknown[]) => connection.prepare(sql).all(...values)
  const one = (sql: string, ...values: unknown[]) => connection.prepare(sql).get(...values)

  const loadHead = (runId: string) => {
    const head = one('SELECT head FROM runs WHERE id = ?', runId)
    if (head === undefined) return null
    const lines = all(`SELECT * FROM events WHERE run_id = ? AND type IN (${unfoldedTypes}) ORDER BY seq`, runId)
    return { ...readHead(head), ...unfolded(lines.map(readEnvelope)) }
  }

  return {
    workflows: createWorkflowStore(connection),
    money: createMoneyStore(connection),

    async commit(work) {
      try {
        return connection.transaction(() => work(transaction)).immediate()
      } catch (error) {
        throw unavailable(error) ?? error
      }
    },

    async loadState(runId) {
      const head = loadHead(runId)
      if (head === null) return null
      const agents = all('SELECT state FROM agents WHERE run_id = ? ORDER BY position', runId).map(readAgentState)
      return { ...head, agents: new Map(agents.map((agent) => [agent.id, agent])) }
    },

    loadHead: async (runId) => loadHead(runId),

    async readJournal(runId, after, limit) {
      return all('SELECT * FROM events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?', runId, after, limit).map(
        readEnvelope,
      )
    },

    async loadAgents(runId) {
      return all('SELECT * FROM agents WHERE run_id = ? ORDER BY position', runId).map(readAgent)
    },

    async loadAgent(runId, agentId) {
      const row = one('SELECT * FROM agents WHERE run_id = ? AND id = ?', runId, agentId)
      return row === undefined ? null : readAgent(row)
    },

    async loadMessages(runId, agentId) {
      return all('SELECT * FROM messages WHERE run_id = ? AND agent_id = ? ORDER BY position', runId, agentId).map(
        readMessage,
      )
    },

    async agentsSaying(runId, text) {
      const escaped = (part: string) => `%${part.replace(/[\\%_]/g, '\\$&')}%`
      // The first condition reads no JSON and leaves little to the second, which knows words from the names around them.
      return all(
        `SELECT DISTINCT agent_id FROM messages
         WHERE run_id = ? AND content LIKE ? ESCAPE '\\' AND EXISTS (
           SELECT 1 FROM json_tree(messages.content) WHERE type = 'text' AND atom LIKE ? ESCAPE '\\'
           AND (key IS NULL OR key NOT IN ('type', 'id', 'tool_use_id', 'signature', 'data', 'media_type')))`,
        runId,
        escaped(JSON.stringify(text).slice(1, -1)),
        escaped(text),
      ).map((row) => z.object({ agent_id: z.string() }).parse(row).agent_id)
    },

    async loadTurns(runId, agentId) {
      return all('SELECT * FROM turns WHERE run_id = ? AND agent_id = ? ORDER BY turn', runId, agentId).map(readTurn)
    },

    async agentEvents(runId, agentId) {
      return all('SELECT * FROM events WHERE run_id = ? AND agent_id = ? ORDER BY seq', runId, agentId).map(
        readEnvelope,
      )
    },

    async loadInFlightTurns(runId) {
      return all('SELECT data FROM in_flight_turns WHERE run_id = ?', runId).map(readInFlightTurn)
    },

    async loadInput(runId) {
      const row = one('SELECT script, args FROM runs WHERE id = ?', runId)
      if (row === undefined) return null
      const { script, args } = z.object({ script: z.string(), args: z.string() }).parse(row)
      return { script, args: parsed(args) }
    },

    async loadSource(runId, digest) {
      const row = one('SELECT source FROM sources WHERE run_id = ? AND digest = ?', runId, digest)
      return row === undefined ? null : z.object({ source: z.string() }).parse(row).source
    },

    async calledSources(runId) {
      const rows = all(
        `SELECT json_extract(e.data, '$.scope') AS scope, json_extract(e.data, '$.name') AS name, s.digest AS digest, s.source AS source
         FROM events e JOIN sources s ON s.run_id = e.run_id AND s.digest = json_extract(e.data, '$.digest')
         WHERE e.run_id = ? AND e.type = 'workflow.entered' ORDER BY e.seq`,
        runId,
      )
      const schema = z.object({ scope: z.string(), name: z.string(), digest: z.string(), source: z.string() })
      return rows.map((row) => schema.parse(row))
    },

    async costLines(runId) {
      return connection.transaction(() => ({
        spent: costLines(connection, runId),
        unsettled: unsettledLines(connection, runId),
      }))()
    },

    async loadResult(runId) {
      const row = one('SELECT result FROM runs WHERE id = ?', runId)
      if (row === undefined) return null
      const { result } = z.object({ result: z.string().nullable() }).parse(row)
      return result === null ? { result: null, hasResult: false } : { result: parsed(result), hasResult: true }
    },

    async claimAgent(runId, agentId) {
      const row = connection
        .prepare('UPDATE agents SET fence = fence + 1 WHERE run_id = ? AND id = ? RETURNING fence')
        .pluck()
        .get(runId, agentId)
      return z.number().parse(row)
    },

    async listRuns(filter) {
      const { where, values } = listCondition(filter)
      const total = z.number().parse(
        connection
          .prepare(`SELECT count(*) FROM runs ${where}`)
          .pluck()
          .get(...values),
      )
      const rows = all(
        `SELECT head FROM runs ${where} ORDER BY created_at DESC, id LIMIT ? OFFSET ?`,
        ...values,
        filter.limit,
        filter.offset,
      )
      return { runs: rows.map((row): RunHead => readHead(row)), total }
    },

    async openRuns() {
      const rows = all(
        "SELECT id FROM runs WHERE status IN ('draft', 'queued', 'running', 'paused') ORDER BY created_at",
      )
      return rows.map((row) => z.object({ id: z.string() }).parse(row).id)
    },

    async findIdempotent(key) {
      const row = one('SELECT run_id AS runId, digest FROM idempotency_keys WHERE key = ?', key)
      return row === undefined ? null : z.object({ runId: z.string(), digest: z.string() }).parse(row)
    },

    async deleteRun(runId) {
      connection.transaction(() => {
        for (const table of [
          'events',
          'agents',
          'messages',
          'turns',
          'in_flight_turns',
          'sources',
          'idempotency_keys',
        ]) {
          connection.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId)
        }
        connection.prepare('DELETE FROM runs WHERE id = ?').run(runId)
      })()
    },

    async agentSamples(alike, runs) {
      return agentSamples(connection, { ...alike, runs, unphased })
    },

    estimatedRuns: async (query) => estimatedRuns(connection, query),

    async spentOn(day, simulated) {
      const row = one(
        `SELECT coalesce(sum(cost_nano_usd), 0) AS spentNanoUsd, coalesce(sum(unsettled_nano_usd), 0) AS unsettledNanoUsd
         FROM daily_costs WHERE day = ? AND simulated = ?`,
        day,
        simulated ? 1 : 0,
      )
      return z.object({ spentNanoUsd: z.number(), unsettledNanoUsd: z.number() }).parse(row)
    },

    async spentByDay(simulated) {
      return spentByDay(connection, simulated)
    },

    async getSetting(key) {
      const row = one('SELECT value FROM settings WHERE key = ?', key)
      return row === undefined ? undefined : parsed(z.object({ value: z.string() }).parse(row).value)
    },

    async putSetting(key, value) {
      connection
        .prepare(
          'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        )
        .run(key, JSON.stringify(value))
    },

    close: release,
  }
}

/** Events that rows do not repeat, as a list for SQL. */
const unfoldedTypes = unfoldedEvents.map((type) => `'${type}'`).join(', ')
