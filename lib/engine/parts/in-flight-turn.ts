import type { Usage } from '@/lib/core/money/usage'
import type { InFlightTurnRow } from '@/lib/core/ports/agent-store'

/** A turn in flight: what has been heard of it so far. */
export type InFlightTurn = {
  agentId: string
  turn: number
  attempt: number
  model: string
  usage: Usage
  text: string
  thinking: string
  outputCharacters: number
  startedAt: string
  firstTokenAt: string | null
  lastByteMs: number
  /** The same on the awake clock, by which silence is judged. */
  heardMs: number
  stallMs: number
  /** What was reserved for it: the most its prompt can be, and the output it was allowed. */
  promptBound: number
  maxTokens: number
  isStalled: boolean
  isDirty: boolean
}

/** An in-flight turn as it is saved, so a turn that dies with the process is booked with a basis. */
export function savedInFlightTurn(inFlightTurn: InFlightTurn): InFlightTurnRow {
  const { agentId, turn, attempt, model, usage, outputCharacters, startedAt, firstTokenAt, lastByteMs } =
    inFlightTurn
  const untilMs = firstTokenAt === null ? lastByteMs : Date.parse(firstTokenAt)
  const silentMs = Math.max(0, untilMs - Date.parse(startedAt))
  return { agentId, turn, attempt, model, usage, outputCharacters, silentMs, startedAt }
}
