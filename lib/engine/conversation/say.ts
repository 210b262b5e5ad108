import type { Write } from '@/lib/core/ports/journal-store'
import type { Message } from '@/lib/core/ports/ports'
import type { RunEvent } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { steering } from './prompts'

/**
 * Puts what people said since into the conversation; both in one commit, so that it is told once and once
 * only.
 */
export async function deliverSteering(
  run: Needs<'journal' | 'steeringMessages'>,
  agent: LiveAgent,
): Promise<void> {
  const { agentId } = agent.spec
  const waiting = await run.steeringMessages.waitingFor(agentId)
  if (waiting.length === 0) return
  const message: Message = { role: 'user', content: [{ type: 'text', text: steering(waiting) }] }
  await say(run, agent, [{ type: 'agent.steering-delivered', agentId, count: waiting.length }], message)
}

/** Whether something is still to be told; when nothing is, nothing more is taken. */
export async function hasMoreSteering(run: Needs<'steeringMessages'>, agent: LiveAgent): Promise<boolean> {
  const { agentId } = agent.spec
  while (!run.steeringMessages.sealUnlessPending(agentId))
    if ((await run.steeringMessages.waitingFor(agentId)).length > 0) return true
  return false
}

/** Adds a user message to the conversation, in one commit with the events that led to it and what it refers to. */
export async function say(
  run: Needs<'journal'>,
  agent: LiveAgent,
  events: RunEvent[],
  message: Message,
  kept: readonly Write[] = [],
): Promise<void> {
  await run.journal.record(events, [...kept, addMessage(agent, message)])
  agent.messages.push(message)
}

/** The write that adds a message to a conversation. */
export function addMessage(agent: LiveAgent, message: Message): Write {
  const { agentId } = agent.spec
  return {
    do: 'add-message',
    agentId,
    fence: agent.fence,
    attempt: agent.attempt,
    turn: agent.turn - 1,
    message,
  }
}
