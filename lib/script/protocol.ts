import type { Command, Delivery, SandboxLimits, SandboxStart } from '@/lib/core/sandbox'

export const defaultSandboxLimits: SandboxLimits = {
  memoryBytes: 512 * 1024 * 1024,
  stackBytes: 1024 * 1024,
  drainMs: 5_000,
  /** The dialect's bound on one `parallel` or `pipeline`. */
  itemsPerCall: 4096,
}

/** The messages between a sandbox's thread and ours. */
export type ToSandbox =
  | { type: 'start'; start: SandboxStart }
  | { type: 'facts'; facts: readonly Delivery[] }
  | { type: 'stop' }
export type FromSandbox = { type: 'drained'; commands: Command[]; taken: number }

/** What is said of a script that does not come back to an await in time. */
export function overrun(drainMs: number): string {
  return `The script ran for more than ${drainMs / 1000} seconds without awaiting anything: is there an endless loop?`
}

/** What is said of a script that asks for more than anybody can show between two awaits. */
export const tooBusy =
  'The script asked for more than 250,000 things without awaiting anything: is there an endless loop?'
