import { refusalWords, unexplained } from '@/lib/core/agent/refusal'
import { modelRules } from '@/lib/core/money/models'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'

/** Why an attempt ends: its model declined, and there is another to ask. */
export class Declined extends Error {
  constructor() {
    super('The model declined')
    this.name = 'Declined'
  }
}

/** The model to ask once more, after the agent's own declined; null where there is none, or it was asked. */
export function fallbackOf(run: Needs<'journal'>, agent: LiveAgent): string | null {
  const { fallbackModel } = run.journal.state.run
  const wasAsked = run.journal.agent(agent.spec.agentId).fellBackFrom !== null
  return wasAsked || fallbackModel === agent.model ? null : fallbackModel
}

/** Which model declined, and why, as its last turn says. */
export function declinedWords(agent: LiveAgent): string {
  return refusalWords(agent.model, agent.marks.at(-1)?.refusal ?? unexplained)
}

/**
 * The next attempt of an agent, from its question on, on the model that the launch names for that; recorded
 * with the reason. What was said so far stays in the transcript.
 */
export async function fallBack(
  run: Needs<'journal' | 'steeringMessages'>,
  agent: LiveAgent,
): Promise<LiveAgent> {
  const { agentId, options: before } = agent.spec
  const model = fallbackOf(run, agent) ?? agent.model
  const refusal = agent.marks.at(-1)?.refusal ?? unexplained
  const speed = modelRules(model).fast === 'none' ? ('standard' as const) : before.speed
  const options = { ...before, model, speed }
  const message = `${declinedWords(agent)} ${run.journal.agent(agentId).label} is asked once more on ${model}.`
  await run.journal.record(
    [
      { type: 'agent.fell-back', agentId, from: agent.model, model, refusal },
      { type: 'run.noted', message, agentId, callSite: null },
    ],
    [{ do: 'change-options', agentId, options }],
  )
  run.steeringMessages.unseal(agentId)
  return {
    ...agent,
    spec: { ...agent.spec, options },
    model,
    attempt: agent.attempt + 1,
    firstTurn: agent.turn,
    messages: agent.messages.slice(0, 1),
    stopReason: null,
    marks: [],
    known: null,
    isBoundElsewhere: false,
  }
}
