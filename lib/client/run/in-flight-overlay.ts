import type { PulseFrame } from '@/lib/api/stream'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { addPiece } from './live-text'
import type { AgentPulse, RunView } from './run-view'

type Overlay = Pick<RunView, 'pulses' | 'texts' | 'tokensPerSecond'>
export type Pulsed = Overlay & { lostText: boolean }

/** Committed turns by agent: a pulse of such a turn comes too late. */
export type ClosedTurns = Map<string, number>

/**
 * What is in flight after one more pulse. Pulses of turns already committed, or of ended agents, are void.
 */
export function addPulse(
  overlay: Overlay,
  frame: PulseFrame,
  state: RunState | null,
  closed: ClosedTurns,
): Pulsed {
  const isOpen = (agentId: string, turn: number) => {
    const agent = state?.agents.get(agentId)
    return agent !== undefined && agent.endedAt === null && turn > (closed.get(agentId) ?? -1)
  }
  const pulses = new Map<string, AgentPulse>(overlay.pulses)
  for (const pulse of frame.agents) if (isOpen(pulse.agentId, pulse.turn)) pulses.set(pulse.agentId, pulse)
  let texts = overlay.texts
  let lostText = false
  if (frame.text.length > 0) {
    const next = new Map(texts)
    for (const piece of frame.text) {
      if (!isOpen(piece.agentId, piece.turn)) continue
      const added = addPiece(next.get(piece.agentId), piece)
      if (added === null) lostText = true
      else next.set(piece.agentId, added)
    }
    texts = next
  }
  return { pulses, texts, tokensPerSecond: frame.tokensPerSecond, lostText }
}

/** Drops from the overlay what these events settle, so nothing is counted twice. */
export function settle(overlay: Overlay, events: readonly Envelope[], closed: ClosedTurns): Overlay {
  const done = new Set<string>()
  let hasEnded = false
  for (const { event } of events) {
    if (event.type === 'turn.committed') closed.set(event.agentId, event.turn)
    if (event.type === 'agent.started') closed.delete(event.agentId)
    if (event.type === 'turn.committed' || event.type === 'turn.failed' || event.type === 'agent.ended')
      done.add(event.agentId)
    if (event.type === 'run.ended') hasEnded = true
  }
  if (hasEnded) return { pulses: new Map(), texts: new Map(), tokensPerSecond: 0 }
  // Named one by one: the caller hands in a whole view, and its old state must not ride along.
  return {
    pulses: without(overlay.pulses, done),
    texts: without(overlay.texts, done),
    tokensPerSecond: overlay.tokensPerSecond,
  }
}

function without<T>(map: ReadonlyMap<string, T>, keys: ReadonlySet<string>): ReadonlyMap<string, T> {
  if (![...keys].some((key) => map.has(key))) return map
  return new Map([...map].filter(([key]) => !keys.has(key)))
}
