import type { TurnMark } from '@/lib/core/caps/output-room'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Message } from '@/lib/core/ports/ports'

/**
 * What a provider has counted of a conversation: its first `messages` messages have no more than `tokens`
 * tokens.
 */
export type KnownPrompt = { messages: number; tokens: number }

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
  /** The committed turns of this attempt, oldest first. */
  marks: TurnMark[]
  /** Whether its conversation holds thinking that only another account may send again. */
  isBoundElsewhere: boolean
  /** The files it began from, and as it has them now; null where it cannot change any. */
  files: { base: string; tree: string } | null
  /** Calls of its last response that a crash cut off: whether they were carried out is not known. */
  cutCalls: ReadonlySet<string>
  /** How long the conversation is known to be; null until the provider has counted it. */
  known: KnownPrompt | null
}

/** An agent's files as it begins. */
export function filesAt(tree: string | undefined): LiveAgent['files'] {
  return tree === undefined ? null : { base: tree, tree }
}
