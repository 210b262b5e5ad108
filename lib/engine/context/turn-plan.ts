import type { Failure } from '@/lib/core/agent/failure'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { CompletedTurn, Message } from '@/lib/core/ports/ports'
import type { CapMet } from '@/lib/core/spec/run'

export type TurnOutcome =
  | { kind: 'committed'; turn: CompletedTurn; clampedBy: CapMet | null }
  | { kind: 'failed'; failure: Failure }

/** What a turn needs to know of its agent. */
export type TurnPlan = {
  spec: AgentSpec
  fence: number
  model: string
  phase: string | null
  position: number
  turn: number
  attempt: number
  maxTokens: number
  messages: readonly Message[]
  /** Aborted when this agent, or its whole run, is to stop. */
  signal: AbortSignal
}

/** A turn as it is booked: who it belongs to, under which claim, and in which phase it counts. */
export type BookedTurn = {
  spec: { agentId: string }
  fence: number
  phase: string | null
  turn: number
  attempt: number
}
