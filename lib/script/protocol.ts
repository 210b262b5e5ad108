import type { Command, Delivery, SandboxLimits, SandboxStart } from '@/lib/core/ports/sandbox'

export const defaultSandboxLimits: SandboxLimits = {
  memoryBytes: 512 * 1024 * 1024,
  stackBytes: 1024 * 1024,
  /** Sorting a million numbers and the like take seconds; beyond this it is a loop. */
  cpuMs: 25_000,
  /** The dialect's bound on one `parallel` or `pipeline`. */
  itemsPerCall: 4096,
}

/**
 * The messages between a sandbox's thread and ours. `told` is what an earlier thread was told of the same
 * script.
 */
export type ToSandbox =
  | { type: 'start'; start: SandboxStart; told: readonly Delivery[] }
  | { type: 'facts'; facts: readonly Delivery[] }
  | { type: 'stop' }
export type FromSandbox =
  /** `file`: where the system tells what the thread has worked; null where it does not. */
  { type: 'ready'; file: string | null } | { type: 'rests'; commands: Command[]; taken: number }

/**
 * Places in the numbers that a thread shares with us: signs of life of its engine, and facts it has begun
 * with.
 */
export const beats = 0
export const facts = 1

/** What is said of a script that does not come back to an await in time. */
export function overrun(cpuMs: number): string {
  return `The script worked for more than ${cpuMs / 1000} seconds of processor time without awaiting anything: is there an endless loop?`
}

/** What is said of a script that asks for more than anybody can show between two awaits. */
export const tooBusy =
  'The script asked for more than 250,000 things without awaiting anything: is there an endless loop?'
