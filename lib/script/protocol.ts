import type { CallSite } from '@/lib/core/agent'
import type { Json } from '@/lib/core/json'

/** How far a sandbox may go before it is ended. Bytes and milliseconds. */
export type SandboxLimits = { memoryBytes: number; stackBytes: number; drainMs: number; itemsPerCall: number }

export const defaultSandboxLimits: SandboxLimits = {
  memoryBytes: 512 * 1024 * 1024,
  stackBytes: 1024 * 1024,
  /** Longest time between two awaits. */
  drainMs: 5_000,
  /** The dialect's bound on one `parallel` or `pipeline`. */
  itemsPerCall: 4096,
}

export type SandboxStart = { body: string; args: Json; budgetTotal: number | null; limits: SandboxLimits }

/** What the script has spent, as of the fact that is delivered with it. */
export type BudgetReading = { outputTokens: number; costNanoUsd: number }

/** Something a script can learn. `id` is the call or timer it answers. */
export type Fact =
  | { id: number; kind: 'value'; value: Json }
  | { id: number; kind: 'throw'; message: string }
  | { id: number; kind: 'timer' }

export type ToSandbox = { type: 'start'; start: SandboxStart } | { type: 'fact'; fact: Fact; budget: BudgetReading }

/** What the script did since it was last asked, in order. */
export type Command =
  | {
      do: 'agent'
      id: number
      prompt: string
      options: { [key: string]: Json }
      site: CallSite | null
      phase: string | null
      dependsOn: number[]
    }
  | { do: 'set-timer'; id: number; delayMs: number }
  | { do: 'clear-timer'; id: number }
  | { do: 'log'; message: string }
  | { do: 'note'; message: string; site: CallSite | null }
  | { do: 'phase'; title: string }
  | { do: 'open-barrier'; id: number; kind: 'parallel' | 'pipeline'; size: number; site: CallSite | null }
  | { do: 'close-barrier'; id: number }
  | { do: 'return'; value: Json }
  | { do: 'throw'; message: string; line: number | null; column: number | null }

export type FromSandbox = { type: 'drained'; commands: Command[] }

/** What is said of a script that does not come back to an await in time. */
export function overrun(drainMs: number): string {
  return `The script ran for more than ${drainMs / 1000} seconds without awaiting anything: is there an endless loop?`
}
