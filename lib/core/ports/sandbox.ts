import type { AgentOutcome, Flag } from '../agent/agent'
import type { CallSite } from '../agent/call-site'
import type { FailureKind } from '../agent/failure'
import type { Patch } from '../agent/patch'
import type { Json, JsonObject } from '../base/json'
import type { TokenCounts } from '../money/token-counts'

/** What a script may take. Bytes, and milliseconds of processor time between two awaits. */
export type SandboxLimits = { memoryBytes: number; stackBytes: number; cpuMs: number; itemsPerCall: number }

export type SandboxStart = {
  body: string
  args: Json
  /** The script's own target in output tokens. */
  budgetTotal: number | null
  /** How many items of each `parallel` and `pipeline` are run; null for all. */
  sampleItems: number | null
  /** The run's dollar cap as the script begins. */
  capNanoUsd: number | null
  limits: SandboxLimits
}

/** What the script has spent and may spend, as of the fact that is delivered with it. */
export type BudgetReading = { outputTokens: number; costNanoUsd: number; capNanoUsd: number | null }

/** A fact, and what had been spent when it happened. */
export type Delivery = { fact: Fact; budget: BudgetReading }

/** What `agent.settled` resolves to: how the agent ended, whatever that was. */
export type Settled = {
  agentId: string
  status: AgentOutcome
  value: Json
  failure: { kind: FailureKind; message: string } | null
  flags: Flag[]
  usage: TokenCounts
  costUsd: number | null
  /** What it changed; null where that is nothing. */
  patch: Patch | null
}

/** Something a script can learn. `id` is the call or timer it answers. */
export type Fact =
  | { id: number; kind: 'value'; value: Json }
  | { id: number; kind: 'settled'; settled: Settled }
  | { id: number; kind: 'throw'; message: string }
  | { id: number; kind: 'timer' }
  /** The workflow that `workflow()` asked for: it runs in the same sandbox, in a call scope of its own. */
  | { id: number; kind: 'workflow'; scope: string; name: string; body: string }

/** One item of one `parallel` or `pipeline`. */
export type BarrierItem = { id: number; item: number }

export type AgentCommand = {
  do: 'agent'
  id: number
  /** Call scope: '' for the launched script, else the path of the workflow that makes the call. */
  scope: string
  /** Whether the call is `agent.settled`. Not part of its key. */
  settled: boolean
  /**
   * The script's own target was met by the last fact it learned: the call is refused. Not part of its key.
   */
  overBudget: boolean
  prompt: string
  options: { [key: string]: Json }
  site: CallSite | null
  phase: string | null
  /**
   * The innermost barrier in whose item the call was made; null outside of any, or when that cannot be told.
   */
  barrier: BarrierItem | null
  /** Earlier calls whose answers this prompt contains. */
  dependsOn: number[]
}

/** How a script names another workflow. */
export type WorkflowReference =
  | { by: 'name'; name: string }
  | { by: 'path'; path: string }
  | { by: 'source'; source: string }

export type WorkflowCommand = {
  do: 'workflow'
  id: number
  scope: string
  reference: WorkflowReference
  site: CallSite | null
}

export type CheckpointCommand = {
  do: 'checkpoint'
  id: number
  scope: string
  title: string
  detail: string
  /** JSON Schema of the answer; null asks for yes or no. */
  input: JsonObject | null
  timeoutMs: number | null
  hasDefault: boolean
  default: Json
  site: CallSite | null
}

/** Changes that agents kept to themselves become part of the run's files. */
export type MergeCommand = {
  do: 'merge'
  id: number
  scope: string
  /** Whose changes; null for all that wait in the phase. */
  agents: string[] | null
  phase: string | null
  /** A command that has to succeed on the files as merged; null for none. */
  check: string | null
  /** What an agent that resolves a conflict is told beside both sides. */
  resolve: string
  /** Whether conflicts are resolved at all, or what is in conflict left out. */
  resolves: boolean
  site: CallSite | null
}

/** Quotes to be looked up by code in the files they are said to stand in. */
export type QuotesCommand = {
  do: 'check-quotes'
  id: number
  scope: string
  quotes: { source: string; quote: string }[]
}

export type ScriptThrow = { message: string; line: number | null; column: number | null }

/** What the script did since it was last asked, in order. */
export type Command =
  | AgentCommand
  | WorkflowCommand
  | CheckpointCommand
  | MergeCommand
  /** How the run's files differ from what they were when it began. */
  | { do: 'changes'; id: number; scope: string }
  | QuotesCommand
  /** A called workflow has ended. */
  | { do: 'workflow-ended'; scope: string; error: ScriptThrow | null }
  /** The call's own `failIf` turned its answer down. */
  | { do: 'reject'; id: number }
  | { do: 'set-timer'; id: number; scope: string; delayMs: number }
  | { do: 'clear-timer'; id: number }
  | { do: 'log'; message: string }
  | { do: 'note'; message: string; site: CallSite | null }
  | { do: 'phase'; title: string }
  | {
      do: 'open-barrier'
      id: number
      kind: 'parallel' | 'pipeline'
      size: number
      site: CallSite | null
      within: BarrierItem | null
    }
  | { do: 'close-barrier'; id: number }
  /** `dependsOn`: calls whose answers the value contains. */
  | { do: 'return'; value: Json; dependsOn: number[] }
  | ({ do: 'throw' } & ScriptThrow)

/**
 * What a script did when it was asked. `died`: its sandbox ended again and again at the same place, though
 * the script may be right; nothing was learned, and asking once more tries again.
 */
export type SandboxAnswer =
  | { kind: 'rests'; commands: Command[]; taken: number }
  | { kind: 'died'; message: string }

/**
 * A running script. One question at a time: `start` once, then `deliver` each fact after the last answer
 * came.
 */
export type Sandbox = {
  /**
   * Runs the script to its first await and gives what it asked for. `onWait` is called when it has to wait
   * for a thread.
   */
  start(onWait?: () => void): Promise<SandboxAnswer>
  /**
   * Hands facts over one at a time, each only once the script waits again, and stops after the first that
   * made it do something. `taken` says how many it learned; the rest were not heard.
   */
  deliver(facts: readonly Delivery[]): Promise<SandboxAnswer>
  close(): Promise<void>
}
