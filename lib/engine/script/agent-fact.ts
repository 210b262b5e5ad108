import type { AgentOutcome, AgentState } from '@/lib/core/agent/agent'
import { assertNever } from '@/lib/core/base/assert-never'
import type { Json } from '@/lib/core/base/json'
import type { AgentCommand, Fact } from '@/lib/core/ports/sandbox'

/**
 * What a script learns of an ended agent. A plain call gets its answer, null where the dialect says null, or
 * an error; a settled one always gets how it ended. An answer that the script turned down before is handed
 * over again, so its own `failIf` can say so again.
 */
export function agentFact(command: AgentCommand, agent: AgentState, answer: Json): Fact {
  const { id } = command
  const status = outcomeFor(agent)
  const hasAnswer = status === 'succeeded' || status === 'flagged'
  const value = hasAnswer ? answer : null
  if (command.settled) {
    const failure =
      hasAnswer || agent.failure === null
        ? null
        : { kind: agent.failure.kind, message: agent.failure.message }
    const costUsd = agent.costNanoUsd === null ? null : agent.costNanoUsd / 1e9
    return {
      id,
      kind: 'settled',
      settled: {
        agentId: agent.id,
        status,
        value,
        failure,
        flags: agent.flags,
        usage: agent.usage,
        costUsd,
        patch: agent.patch,
      },
    }
  }
  if (!hasAnswer && (agent.failure?.kind === 'schema' || agent.failure?.kind === 'limit'))
    return { id, kind: 'throw', message: agent.failure.message }
  return { id, kind: 'value', value }
}

function outcomeFor(agent: AgentState): AgentOutcome {
  switch (agent.status) {
    case 'succeeded':
    case 'flagged':
    case 'skipped':
    case 'cancelled':
      return agent.status
    case 'failed':
      if (agent.failure.kind !== 'rejected') return 'failed'
      return agent.flags.length > 0 ? 'flagged' : 'succeeded'
    case 'queued':
    case 'waiting':
    case 'running':
    case 'stalled':
      throw new Error(`Agent ${agent.id} has not ended`)
    default:
      return assertNever(agent)
  }
}
