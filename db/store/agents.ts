import { and, eq, sql } from 'drizzle-orm'
import type { AgentStore } from '@/lib/core/ports/agent-store'
import type { Queries } from '../open'
import { agents, inFlightTurns, messages, turns } from '../schema'
import { storedResult } from './runs'

/** Agents with their conversations, turns and what is in flight. */
export function createAgentStore(queries: Queries): AgentStore {
  const prepared = prepare(queries)
  return {
    async loadAgents(runId) {
      return prepared.ofRun
        .all({ runId })
        .map(({ result, ...agent }) => ({ ...agent, ...storedResult(result) }))
    },

    async loadAgent(runId, agentId) {
      const row = prepared.one.get({ runId, agentId })
      if (row === undefined) return null
      const { result, ...agent } = row
      return { ...agent, ...storedResult(result) }
    },

    async claimAgent(runId, agentId) {
      const claimed = prepared.claim.get({ runId, agentId })
      if (claimed === undefined) throw new Error(`Run ${runId} has no agent ${agentId} that could be claimed`)
      return claimed.fence
    },

    async loadMessages(runId, agentId) {
      const rows = prepared.messages.all({ runId, agentId })
      return rows.map(({ role, content, ...place }) => ({ ...place, message: { role, content } }))
    },

    async agentsSaying(runId, text) {
      const escaped = (part: string) => `%${part.replace(/[\\%_]/g, '\\$&')}%`
      const inJson = escaped(JSON.stringify(text).slice(1, -1))
      const rows = prepared.saying.all({ runId, inJson, inText: escaped(text) })
      return rows.map(({ agentId }) => agentId)
    },

    async loadTurns(runId, agentId) {
      return prepared.turns.all({ runId, agentId })
    },

    async loadInFlightTurns(runId) {
      return prepared.inFlight.all({ runId }).map(({ data }) => data)
    },
  }
}

/** A row of `turns`, without its run. */
export const turnColumns = {
  agentId: turns.agentId,
  turn: turns.turn,
  attempt: turns.attempt,
  model: turns.model,
  usage: turns.usage,
  cost: turns.cost,
  stopReason: turns.stopReason,
  requestId: turns.requestId,
  startedAt: turns.startedAt,
  firstTokenAt: turns.firstTokenAt,
  endedAt: turns.endedAt,
}

function prepare(queries: Queries) {
  const runId = sql.placeholder('runId')
  const agentId = sql.placeholder('agentId')
  const ofAgent = and(eq(agents.runId, runId), eq(agents.id, agentId))
  const select = () =>
    queries
      .select({ state: agents.state, spec: agents.spec, fence: agents.fence, result: agents.result })
      .from(agents)
  const { position, attempt, turn, role, content } = messages
  return {
    ofRun: select().where(eq(agents.runId, runId)).orderBy(agents.position).prepare(),
    one: select().where(ofAgent).prepare(),
    claim: queries
      .update(agents)
      .set({ fence: sql`${agents.fence} + 1` })
      .where(ofAgent)
      .returning({ fence: agents.fence })
      .prepare(),
    messages: queries
      .select({ position, attempt, turn, role, content })
      .from(messages)
      .where(and(eq(messages.runId, runId), eq(messages.agentId, agentId)))
      .orderBy(messages.position)
      .prepare(),
    // The first condition reads no JSON and leaves little to the second, which knows words from the names
    // around them.
    saying: queries
      .selectDistinct({ agentId: messages.agentId })
      .from(messages)
      .where(
        and(
          eq(messages.runId, runId),
          sql`${messages.content} LIKE ${sql.placeholder('inJson')} ESCAPE '\\'`,
          sql`EXISTS (
            SELECT 1 FROM json_tree(${messages.content}) WHERE type = 'text'
            AND atom LIKE ${sql.placeholder('inText')} ESCAPE '\\'
            AND (key IS NULL OR key NOT IN ('type', 'id', 'tool_use_id', 'signature', 'data', 'media_type')))`,
        ),
      )
      .prepare(),
    turns: queries
      .select(turnColumns)
      .from(turns)
      .where(and(eq(turns.runId, runId), eq(turns.agentId, agentId)))
      .orderBy(turns.turn)
      .prepare(),
    inFlight: queries
      .select({ data: inFlightTurns.data })
      .from(inFlightTurns)
      .where(eq(inFlightTurns.runId, runId))
      .prepare(),
  }
}
