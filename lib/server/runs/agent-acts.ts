import type { AgentState } from '@/lib/core/agent/agent'
import type { Actor } from '@/lib/core/base/actor'
import type { AgentAct } from '@/lib/engine/agent/agent-acts'
import type { Acted } from '@/lib/engine/run/act-outcome'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { getRun } from './read-run'

/** Does something to one agent of a run. Returns the agent as it is then, and whether that is all. */
export async function actOnAgent(
  app: App,
  runId: string,
  agentId: string,
  act: AgentAct,
  actor: Actor,
): Promise<{ acted: Acted; agent: AgentState }> {
  const acted = await app.engine.actOnAgent(runId, agentId, act, actor)
  const agent = (await getRun(app, runId)).agents.find(({ id }) => id === agentId)
  if (agent === undefined) throw new Refusal('not-found', `Run ${runId} has no agent ${agentId}.`)
  return { acted, agent }
}
