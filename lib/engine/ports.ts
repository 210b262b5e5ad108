import type { AgentTypes } from '@/lib/core/agent-type'
import type { Digest } from '@/lib/core/call-key'
import type { Dispatcher } from '@/lib/core/dispatcher'
import type { Clock, Provider, Random, SchemaChecker, ToolBox } from '@/lib/core/ports'
import type { Price } from '@/lib/core/pricing'
import type { RetryPolicy } from '@/lib/core/retry'
import type { Sandbox, SandboxStart } from '@/lib/core/sandbox'
import type { Store } from '@/lib/core/store'
import type { Recorder } from './recorder'

/** Everything the engine needs from outside, given to it by the composition. */
export type EnginePorts = {
  store: Store
  recorder: Recorder
  dispatcher: Dispatcher
  provider: Provider
  schemas: SchemaChecker
  /** The runnable body of a script that was accepted before. */
  readBody(script: string): string
  openSandbox(start: SandboxStart): Sandbox
  openTools(root: string): Promise<ToolBox>
  /** Agent types of a workspace, or without one of the user and the built-in ones alone. */
  agentTypes(root: string | null): AgentTypes
  prices(): readonly Price[]
  sandboxLimits: SandboxStart['limits']
  retryPolicy: RetryPolicy
  now: Clock
  /** Runs work outside the request that asked for it, so that nothing of the request lives as long as the run. */
  detached<T>(work: () => T): T
  random: Random
  digest: Digest
  newId(): string
  /** Told of faults of our own that no person asked for; never given a secret. */
  report(error: unknown): void
}
