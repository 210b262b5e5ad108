import type { ReachedLimit } from '../limits/limits'

/** How a command ended. */
export type CommandEnd =
  | { kind: 'exited'; exitCode: number }
  /** It was given up after its time, or a person or a run did so; what it had left running ended with it. */
  | { kind: 'timeout' }
  | { kind: 'cancelled' }
  /** It took more than it may. */
  | { kind: 'limit'; limit: ReachedLimit }
  /** It never began; `reason` is a sentence. */
  | { kind: 'not-started'; reason: string }

/** What became of a command. */
export type CommandResult = {
  end: CommandEnd
  /** What it printed, both streams in their order; at most MOST_SHOWN characters and a line about the rest. */
  output: string
  outputBytes: number
  isCut: boolean
  /** Where the agent finds all that was kept; null when nothing was left out. */
  outputFile: string | null
  /** Awake time, its wait for a slot not counted. */
  durationMs: number
  /** The folder that the next command begins in. */
  folder: string
  /** True when the shell ended with it: variables, functions and what ran in the background are gone. */
  isShellNew: boolean
  /** A limit that was met on the way and that explains a failure; null when none was. */
  metLimit: ReachedLimit | null
  /** Names of hosts that were asked for while it ran and that nobody has allowed. */
  refusedHosts: readonly string[]
}
