import type { Refusal } from '@/lib/core/agent/refusal'
import type { TurnMark } from '@/lib/core/caps/output-room'
import type { StoredAgent, StoredMessage, TurnRow } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'
import type { Envelope, EventOf } from '@/lib/core/run/events'
import type { Needs, ScriptedRun } from '../context/active-run'
import { filesAt, type KnownPrompt, type LiveAgent } from '../context/live-agent'
import { sinceSummary } from '../conversation/compaction'
import { sendable } from '../conversation/next-step'
import { credentialDigestOf } from '../turn/credential-digest'
import { knownAfter } from '../turn/prompt-size'
import { runAgent } from './agent-loop'

/**
 * Takes an unfinished agent up after its last committed turn. Its fence is raised first, so a process that
 * held the agent before, if it still lives, can no longer write.
 */
export async function resumeAgent(run: ScriptedRun, stored: StoredAgent): Promise<void> {
  const { id, phase, position, attempt, inBatch } = stored.state
  const { store } = run.ports
  const fence = await store.claimAgent(run.id, id)
  const [said, turns, events] = await Promise.all([
    store.loadMessages(run.id, id),
    store.loadTurns(run.id, id),
    store.agentEvents(run.id, id),
  ])
  // A new attempt begins with the question alone; what an earlier one said stays in the transcript.
  const ofAttempt = said.filter((message, index) => index === 0 || message.attempt === attempt)
  const messages = sinceSummary(ofAttempt, ({ message }) => message)
  const own = turns.filter((turn) => turn.attempt === attempt)
  const stops = new Map(turns.map((turn) => [turn.turn, turn.stopReason]))
  // Not their number: a turn of an earlier attempt may still be carried by a batch, or have come back without
  // an answer.
  const carried = inBatch.find((one) => one.attempt === attempt)
  const turn =
    carried?.turn ?? Math.max(0, ...turns.map((one) => one.turn + 1), ...inBatch.map((one) => one.turn + 1))
  const last = messages.at(-1)
  const marks = marksOf(own, events)
  const stopReason = last?.message.role === 'assistant' ? (stops.get(last.turn) ?? null) : null
  await runAgent(run, {
    spec: stored.spec,
    fence,
    phase,
    position,
    model: stored.spec.options.model,
    attempt,
    turn,
    firstTurn: own[0]?.turn ?? turn,
    // The last response is still to be decided on, so it stays whole; earlier ones are as they were sent.
    messages: messages.map(({ message, turn }, index) =>
      index === messages.length - 1 ? message : sendable(message, stops.get(turn) ?? null),
    ),
    stopReason,
    marks,
    known: knownOf(messages, own),
    files: filesOf(stored, events),
    cutCalls: cutCallsIn(events, attempt),
    isBoundElsewhere: wasBoundElsewhere(
      run,
      messages.map(({ message }) => message),
      events,
    ),
  })
}

/** The files as the last tool left them whose result stands in the conversation. */
function filesOf({ spec, state }: StoredAgent, events: readonly Envelope[]): LiveAgent['files'] {
  const begun = filesAt(spec.options.tree)
  const changed = events.flatMap(({ event }) =>
    event.type === 'tool.ended' && event.attempt === state.attempt && event.tree !== undefined
      ? [event.tree]
      : [],
  )
  const bases = events.flatMap(({ event }) =>
    event.type === 'tool.ended' && event.attempt === state.attempt && event.base !== undefined
      ? [event.base]
      : [],
  )
  if (begun === null) return null
  return { base: bases.at(-1) ?? begun.base, tree: changed.at(-1) ?? begun.tree }
}

/** Calls that were begun and never ended. */
function cutCallsIn(events: readonly Envelope[], attempt: number): Set<string> {
  const open = new Set<string>()
  for (const { event } of events) {
    if (event.type === 'tool.started' && event.attempt === attempt) open.add(event.toolUseId)
    if (event.type === 'tool.ended') open.delete(event.toolUseId)
  }
  return open
}

/**
 * Whether the conversation holds thinking that is bound to an account other than today's: the API refuses it
 * then.
 */
function wasBoundElsewhere(
  run: Needs<'id' | 'ports' | 'providerContext'>,
  messages: readonly Message[],
  events: readonly Envelope[],
): boolean {
  const sent = events.flatMap(({ event }) => (event.type === 'turn.started' ? [event.account] : []))
  const account = sent.findLast((one) => one !== null)
  const thinks = messages.some(({ content }) =>
    content.some(({ type }) => type === 'thinking' || type === 'redacted_thinking'),
  )
  return thinks && account !== undefined && account !== credentialDigestOf(run)
}

/** The committed turns of an attempt, with the room that each had left with the last time it was sent. */
function marksOf(turns: readonly TurnRow[], events: readonly Envelope[]): TurnMark[] {
  const sent = new Map<string, EventOf<'turn.started'>>()
  const refusals = new Map<string, Refusal | null>()
  for (const { event } of events) {
    if (event.type === 'turn.started') sent.set(`${event.attempt} ${event.turn}`, event)
    if (event.type === 'turn.committed') refusals.set(`${event.attempt} ${event.turn}`, event.refusal)
  }
  return turns.map(({ attempt, turn, stopReason }) => {
    const started = sent.get(`${attempt} ${turn}`)
    return {
      stopReason,
      maxTokens: started?.maxTokens ?? 0,
      isClamped: (started?.clampedBy ?? null) !== null,
      refusal: refusals.get(`${attempt} ${turn}`) ?? null,
    }
  })
}

/** What the last turn that said what it used has counted of the conversation. */
function knownOf(messages: readonly StoredMessage[], turns: readonly TurnRow[]): KnownPrompt | null {
  const last = turns.at(-1)
  if (last === undefined) return null
  const at = messages.findLastIndex(({ turn, message }) => turn === last.turn && message.role === 'assistant')
  return at === -1 ? null : knownAfter(last.usage, at + 1)
}
