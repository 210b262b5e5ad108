import type { AgentTypes } from '@/lib/core/agent/agent-type'
import type { Digest } from '@/lib/core/agent/call-key'
import type { RetryPolicy } from '@/lib/core/agent/failed-turn'
import type { Price } from '@/lib/core/money/pricing'
import type { Clock } from '@/lib/core/ports/clock'
import type { Dispatcher } from '@/lib/core/ports/dispatcher'
import type {
  Provider,
  Random,
  SchemaChecker,
  ToolBox,
  ToolsOwner,
  WorkflowFinder,
} from '@/lib/core/ports/ports'
import type { Sandbox, SandboxStart } from '@/lib/core/ports/sandbox'
import type { EngineStore } from '@/lib/core/ports/store'
import type { Permissions } from '@/lib/core/spec/permissions'
import type { RunSpec } from '@/lib/core/spec/run'
import type { Recorder } from '../parts/recorder'

/** What carries the requests of a run: the provider that answers, and the dispatcher that admits them. */
export type ProviderContext = {
  provider: Provider
  dispatcher: Dispatcher
  batchTiming: BatchTiming
  /** Batches that are known to be somebody's, so no batch that lost its own takes them for it. */
  knownBatches: Set<string>
  close(): Promise<void>
}

/** How batches are waited for; all in milliseconds. */
export type BatchTiming = {
  /** A batch leaves once nobody has joined it for so long and nobody is on the way… */
  collectMs: number
  /** …and at the latest so long after the first who joined. */
  collectMostMs: number
  /** From one look at a batch to the next, at first; it grows by half each time, up to the most. */
  pollFirstMs: number
  pollMostMs: number
  /** How long a batch whose id was lost is looked for before it counts as never sent. */
  resolveMs: number
}

/** What runs were reading of untrusted folders when the process died. */
export type Readings = {
  /**
   * What a run was reading when the process died, and how many times consecutively; null when it was reading
   * nothing.
   */
  diedOver(runId: string): { what: string; times: number } | null
  /** Somebody wants to go on anyway: what happened so far no longer counts. */
  forget(runId: string): void
}

/** Everything the engine needs from outside, given to it by the composition. */
export type EnginePorts = {
  store: EngineStore
  recorder: Recorder
  /** The dispatcher of all runs on the provider. */
  dispatcher: Dispatcher
  /** Whether that provider is the simulator, whose money is not that of real runs. */
  simulated: boolean
  /** Gives a run what carries its requests: the common providerContext, or one of its own for a dry run. */
  openProviderContext(spec: RunSpec): Promise<ProviderContext>
  schemas: SchemaChecker
  /**
   * What keeps a script from running to its end, tried without spending anything; empty when nothing does.
   */
  checkWorkflow(
    script: string,
    workspaceRoot: string | null,
    signal: AbortSignal,
    permissions: Permissions,
  ): Promise<string[]>
  /** The body to run of a script that was accepted before. */
  bodyOf(script: string): string
  /** Finds the workflows that scripts call. */
  workflows: WorkflowFinder
  openSandbox(start: SandboxStart): Sandbox
  /** `owner` is the run: searches of runs take turns. */
  openTools(root: string, owner: string, permissions: Permissions, run: ToolsOwner): Promise<ToolBox>
  /** Agent types of a workspace, or without one of the user and the built-in ones alone. */
  agentTypes(root: string | null, owner: string): AgentTypes
  prices(): readonly Price[]
  readings: Readings
  sandboxLimits: SandboxStart['limits']
  retryPolicy: RetryPolicy
  /** Wall time for what the world decides, awake time for judging work. */
  clock: Clock
  /**
   * Runs work outside the request that asked for it, so nothing of the request lives as long as the run.
   */
  detached<T>(work: () => T): T
  random: Random
  digest: Digest
  newId(): string
  /** Reports internal faults that no request is waiting for; must never be given a secret. */
  report(error: unknown, about?: { runId?: string; agentId?: string }): void
}
