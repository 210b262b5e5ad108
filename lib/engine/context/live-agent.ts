import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'

/** An agent as its loop begins or goes on: what was asked, and the conversation so far. */
export type LiveAgent = {
  spec: AgentSpec
  fence: number
  phase: string | null
  position: number
  /** The model to ask, as the call resolved it; the one that answers may call itself by a dated name. */
  model: string
  /** Which numbered try of the agent this is. */
  attempt: number
  /** Index of the next turn: committed turns so far, of all attempts. */
  turn: number
  /** Index of this attempt's first turn. */
  firstTurn: number
  messages: Message[]
  /** Stop reason of the last response; null when it is the model's move. */
  stopReason: string | null
  /** Whether a cap left the last response less room than the agent may take. */
  isClamped: boolean
}
