import type { AgentState } from '../agent/agent'
import type { CallSite } from '../agent/call-site'
import type { Json } from '../base/json'
import type { Sums } from '../money/sums'
import type { Envelope } from '../run/events'
import type { RunState } from '../run/state'
import type { AgentSpec, TurnRow } from './agent-store'

/** An origin that was imported into a project, whether or not its run is still there. */
export type ImportedOrigin = {
  origin: string
  runId: string
  /** What its files were like; see `Imported`. */
  digest: string
  /** ISO 8601. */
  at: string
  isThere: boolean
}

/** Rows of a run that nobody can see yet. `content` is JSON text, as it is stored. */
export type ImportRows = {
  events?: readonly Envelope[]
  agents?: readonly { state: AgentState; spec: AgentSpec; result: { value: Json } | null }[]
  messages?: readonly {
    agentId: string
    position: number
    turn: number
    role: 'user' | 'assistant'
    content: string
  }[]
  turns?: readonly TurnRow[]
}

/** The call of the script that an agent turned out to be. */
export type FoundCall = {
  agentId: string
  key: string
  callSite: CallSite | null
  dependsOn: readonly string[]
}

/** Sums of an imported run's turns that had the same price. */
export type ImportSums = { day: string; model: string; phase: string; pricingTiers: string; sums: Sums }

/** All that is left to be written of an imported run once its rows stand. */
export type FinishedImport = {
  state: RunState
  script: string
  args: Json
  /** Null where the run gave none back. */
  result: { value: Json } | null
  sums: readonly ImportSums[]
}

/**
 * Runs that were made elsewhere. Their rows are written in short transactions and are nobody's until `finish`;
 * what is cut off in between is cleared at the next start. What they cost is kept apart from what was spent here.
 */
export type ImportStore = {
  /** Every origin that was ever imported into a project. */
  findImports(project: string): Promise<ImportedOrigin[]>
  /** Makes room for the rows of a run. One that was imported under this id before is gone from now on. */
  begin(runId: string): Promise<void>
  /** Adds some rows, all in one transaction: a few hundred at a time. */
  addRows(runId: string, rows: ImportRows): Promise<void>
  /** Says of agents which calls they are. */
  amend(runId: string, calls: readonly FoundCall[]): Promise<void>
  /** Lets the run be seen, with its sums and where it came from. Sums of an earlier import of it are taken back. */
  finish(run: FinishedImport): Promise<void>
  /** Clears away what was begun. */
  abandon(runId: string): Promise<void>
}
