import { refusalWords, unexplained } from '@/lib/core/agent/refusal'
import { ownLimits } from '@/lib/core/caps/own-limits'
import { modelRules } from '@/lib/core/money/models'
import { findPrice } from '@/lib/core/money/pricing'
import { unphased } from '@/lib/core/run/phases'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { Needs } from '../context/active-run'
import { filesAt, type LiveAgent } from '../context/live-agent'

/** Why an attempt ends: its model declined, and there is another to ask. */
export class Declined extends Error {
  constructor() {
    super('The model declined')
    this.name = 'Declined'
  }
}

/** The model to ask once more, after the agent's own declined; null where there is none, or it was asked. */
export function fallbackOf(run: Needs<'journal' | 'ports'>, agent: LiveAgent): string | null {
  const { fallbackModel } = run.journal.state.run
  if (fallbackModel === null || undated(fallbackModel) === undated(agent.model)) return null
  const wasAsked = run.journal.agent(agent.spec.agentId).fellBackFrom !== null
  return wasAsked || !canBeHeld(run, agent, fallbackModel) ? null : fallbackModel
}

/** A snapshot of a model declines what the model declines. */
function undated(model: string): string {
  return model.replace(/-\d{8}$/, '')
}

/**
 * Whether what a fallback may cost can be reserved where dollars are capped. One without a price cannot, and would
 * take an agent out from under the caps that its own model was asked under.
 */
function canBeHeld(run: Needs<'journal' | 'ports'>, agent: LiveAgent, fallbackModel: string): boolean {
  const { limits } = run.journal.state.run
  const ofPhase = phaseLimitsOf(limits.phases, agent.phase ?? unphased)
  const caps = [limits, ofPhase, ownLimits(agent.spec.options, limits.perAgent)]
  const hasPrice = (model: string) => findPrice(run.ports.prices(), model, run.journal.iso()) !== null
  return caps.every(({ nanoUsd }) => nanoUsd === null) || hasPrice(fallbackModel) || !hasPrice(agent.model)
}

/** What is said where a fallback is not asked since no cap could hold what it costs; null where that is not why. */
function unheldWords(run: Needs<'journal' | 'ports'>, agent: LiveAgent): string | null {
  const { fallbackModel } = run.journal.state.run
  if (fallbackModel === null || canBeHeld(run, agent, fallbackModel)) return null
  return `${fallbackModel} was not asked in its place: its price is unknown, so no dollar cap could hold it.`
}

/** Which model declined, and why, as its last turn says. */
export function declinedWords(run: Needs<'journal' | 'ports'>, agent: LiveAgent): string {
  const declined = refusalWords(agent.model, agent.marks.at(-1)?.refusal ?? unexplained)
  return [declined, unheldWords(run, agent)].filter((words) => words !== null).join(' ')
}

/**
 * The next attempt of an agent, from its question on, on the model that the launch names for that; recorded
 * with the reason. What was said so far stays in the transcript.
 */
export async function fallBack(
  run: Needs<'journal' | 'ports' | 'steeringMessages'>,
  agent: LiveAgent,
): Promise<LiveAgent> {
  const { agentId, options: before } = agent.spec
  const model = fallbackOf(run, agent) ?? agent.model
  const refusal = agent.marks.at(-1)?.refusal ?? unexplained
  const speed = modelRules(model).fast === 'none' ? ('standard' as const) : before.speed
  const options = { ...before, model, speed }
  const message = `${declinedWords(run, agent)} ${run.journal.agent(agentId).label} is asked once more on ${model}.`
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
    files: filesAt(options.tree),
    cutCalls: new Set(),
  }
}
