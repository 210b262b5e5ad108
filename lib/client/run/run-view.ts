import type { PulseFrame } from '@/lib/api/stream'
import { fromSnapshot, type RunState, type Snapshot } from '@/lib/core/run/state'
import type { LiveText } from './live-text'

export type AgentPulse = PulseFrame['agents'][number]

/** Whether what is shown is current; every state can be told from the others. */
export type Connection =
  | { status: 'connecting' }
  | { status: 'live' }
  | { status: 'reconnecting'; attempt: number }
  | { status: 'ended' }
  | { status: 'refused'; title: string; detail: string; isMissing: boolean }

/** Everything a page shows of one run: the fold, and over it what is in flight. Replaced, never changed. */
export type RunView = {
  state: RunState | null
  /**
   * False while the agents are still on their way: then there is a head, and no agent, barrier or log line.
   */
  isWhole: boolean
  pulses: ReadonlyMap<string, AgentPulse>
  texts: ReadonlyMap<string, LiveText>
  tokensPerSecond: number
  connection: Connection
}

/** A run of which only the head is known. */
export function openingView(opening: Snapshot | null): RunView {
  return opening === null ? emptyView : { ...emptyView, state: fromSnapshot(opening) }
}

export const emptyView: RunView = {
  state: null,
  isWhole: false,
  pulses: new Map(),
  texts: new Map(),
  tokensPerSecond: 0,
  connection: { status: 'connecting' },
}
