import type { Failure } from '@/lib/core/agent/failure'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { CompletedTurn, Message } from '@/lib/core/ports/ports'
import type { CapMet } from '@/lib/core/spec/run'
import type { KnownPrompt } from './live-agent'

export type TurnOutcome =
  /** `maxTokens`: the output it left with. */
  | { kind: 'committed'; turn: CompletedTurn; maxTokens: number; clampedBy: CapMet | null }
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
  /** The most output it may have, in tokens. */
  maxTokens: number
  /** The output that it needs at least, since its last turn was cut at half of it; null where it was not. */
  cutRoom: number | null
  /** Whether it leaves something of its agent's own limits for one more turn, in which the agent answers. */
  keepsLastTurn: boolean
  /** What the agent may think and say in all its turns, in tokens; null for no bound of its own. */
  taskBudgetTokens: number | null
  messages: readonly Message[]
  known: KnownPrompt | null
  /** Aborted when this agent, or its whole run, is to stop. */
  signal: AbortSignal
}

/** A turn as it is booked: who it belongs to, under which claim, the model asked for, and its phase. */
export type BookedTurn = {
  spec: { agentId: string }
  fence: number
  model: string
  phase: string | null
  turn: number
  attempt: number
}
