import type { PulseFrame } from '@/lib/api/stream'
import type { RunState } from '@/lib/core/state'
import type { LiveText } from './live-text'

export type AgentPulse = PulseFrame['agents'][number]

/** Whether what is shown is current; every state can be told from the others. */
export type Connection =
  | { status: 'connecting' }
  | { status: 'live' }
  | { status: 'reconnecting'; attempt: number }
  | { status: 'ended' }
  | { status: 'refused'; title: string; detail: string; isMissing: boolean }

/** Everything a page shows of one run: the fold, and over it what is in the air. Replaced, never changed. */
export type RunView = {
  state: RunState | null
  pulses: ReadonlyMap<string, AgentPulse>
  texts: ReadonlyMap<string, LiveText>
  tokensPerSecond: number
  connection: Connection
}

export const emptyView: RunView = {
  state: null,
  pulses: new Map(),
  texts: new Map(),
  tokensPerSecond: 0,
  connection: { status: 'connecting' },
}
