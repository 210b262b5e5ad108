import type { CallSite } from './agent'
import type { Json } from './json'

/** What a script may take. Bytes and milliseconds; `drainMs` is the longest time between two awaits. */
export type SandboxLimits = { memoryBytes: number; stackBytes: number; drainMs: number; itemsPerCall: number }

export type SandboxStart = { body: string; args: Json; budgetTotal: number | null; limits: SandboxLimits }

/** What the script has spent, as of the fact that is delivered with it. */
export type BudgetReading = { outputTokens: number; costNanoUsd: number }

/** A fact, and what had been spent when it happened. */
export type Delivery = { fact: Fact; budget: BudgetReading }

/** Something a script can learn. `id` is the call or timer it answers. */
export type Fact =
  | { id: number; kind: 'value'; value: Json }
  | { id: number; kind: 'throw'; message: string }
  | { id: number; kind: 'timer' }

export type AgentCommand = {
  do: 'agent'
  id: number
  prompt: string
  options: { [key: string]: Json }
  site: CallSite | null
  phase: string | null
  /** Earlier calls whose answers stand in this prompt. */
  dependsOn: number[]
}

/** What the script did since it was last asked, in order. */
export type Command =
  | AgentCommand
  | { do: 'set-timer'; id: number; delayMs: number }
  | { do: 'clear-timer'; id: number }
  | { do: 'log'; message: string }
  | { do: 'note'; message: string; site: CallSite | null }
  | { do: 'phase'; title: string }
  | { do: 'open-barrier'; id: number; kind: 'parallel' | 'pipeline'; size: number; site: CallSite | null }
  | { do: 'close-barrier'; id: number }
  /** `dependsOn`: calls whose answers stand in the value. */
  | { do: 'return'; value: Json; dependsOn: number[] }
  | { do: 'throw'; message: string; line: number | null; column: number | null }

/** A running script. One question at a time: `start` once, then `deliver` each fact after the last answer came. */
export type Sandbox = {
  /** Runs the script to its first await and gives what it asked for. */
  start(): Promise<Command[]>
  /**
   * Hands facts over one at a time, each only after the script came to rest, and stops after the first that made it do
   * something. `taken` says how many it learned; the rest were not heard.
   */
  deliver(facts: readonly Delivery[]): Promise<{ commands: Command[]; taken: number }>
  close(): Promise<void>
}
