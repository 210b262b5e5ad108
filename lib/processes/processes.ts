import type { StartChild } from './child'
import type { RunCommand } from './command'

/** By what processes are started: commands that are run to their end, and programs that are talked to. */
export type Processes = { run: RunCommand; start: StartChild }
