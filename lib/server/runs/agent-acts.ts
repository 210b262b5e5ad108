import type { AgentState } from '@/lib/core/agent/agent'
import type { Actor } from '@/lib/core/base/actor'
import type { AgentAct } from '@/lib/engine/agent/agent-acts'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { withOutcome } from '@/lib/server/services/with-outcome'
import { getRun } from './read-run'

/**
 * Does something to one agent of a run. Gives the agent as it is then, with what the act waits for while it
 * is under way. Throws a refusal where there is no such run or agent, or nothing can be done to it.
 */
export async function actOnAgent(
  app: App,
  runId: string,
  agentId: string,
  act: AgentAct,
  actor: Actor,
): Promise<AgentState & { waitsFor?: string }> {
  const acted = await app.engine.actOnAgent(runId, agentId, act, actor)
  const agent = (await getRun(app, runId)).agents.find(({ id }) => id === agentId)
  if (agent === undefined) throw new Refusal('not-found', `Run ${runId} has no agent ${agentId}.`)
  return withOutcome(acted, agent)
}
