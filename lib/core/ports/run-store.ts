import type { Json } from '../base/json'
import type { RunState, Snapshot } from '../run/state'
import type { RunKind, RunStatus } from '../spec/run-status'

/** Further filters of runs; null does not filter. Bounds are inclusive, names are compared without case. */
export type RunTraits = {
  user: string | null
  tag: string | null
  kind: RunKind | null
  minNanoUsd: number | null
  maxNanoUsd: number | null
  minAgents: number | null
  maxAgents: number | null
}

/** What a list of runs can be put in order by. `launched` is when each was made. */
export const runOrders = ['launched', 'title', 'status', 'agents', 'tokens', 'cost', 'time'] as const
export type RunOrder = (typeof runOrders)[number]

/** Where a page of a list ends: what the last run was placed by. Times of live runs are taken `at` a moment. */
export type RunPlace = { value: string | number; createdAt: string; id: string; at: string }

/** How a list is ordered. Ties go to the newer run, then to the smaller id, so no run is told twice. */
export type RunSorting = {
  by: RunOrder
  descends: boolean
  /** ISO 8601; until then live runs have taken their time. */
  at: string
  /** Begins behind this place; null begins at the top. */
  after: RunPlace | null
}

/** Names that runs can be filtered by, the most used first. */
export type RunNames = { tags: string[]; users: string[]; workflows: string[] }

/** A workflow that a run called: where, and what ran. */
export type CalledSource = { scope: string; name: string; digest: string; source: string }

export type RunFilter = {
  statuses: readonly RunStatus[] | null
  workflow: string | null
  text: string | null
  traits?: RunTraits
  /** Left out: the newest first. */
  sorting?: RunSorting
  offset: number
  limit: number
}

/** A run without its agents. */
export type RunHead = Pick<Snapshot, 'run' | 'phases' | 'totals' | 'outcomeCounts' | 'seq'>

/** Runs as their rows have them, with inputs and results. */
export type RunStore = {
  /** State at the journal's end, from the rows. Null when there is no such run. */
  loadState(runId: string): Promise<RunState | null>
  /** The same without its agents: as quick for a thousand as for one. */
  loadHead(runId: string): Promise<Omit<RunState, 'agents'> | null>
  loadInput(runId: string): Promise<{ script: string; args: Json } | null>
  loadResult(runId: string): Promise<{ result: Json; hasResult: boolean } | null>
  /** Source of a workflow that this run called. */
  loadSource(runId: string, digest: string): Promise<string | null>
  /** Every workflow this run called, in the order of the calls. */
  calledSources(runId: string): Promise<CalledSource[]>
  /** Runs and their number, read in one tick; `last` is the place of the last of them. */
  listRuns(filter: RunFilter): Promise<{ runs: RunHead[]; total: number; last: RunPlace | null }>
  /** At most `most` names of each kind. */
  runNames(most: number): Promise<RunNames>
  /** How many runs wait for somebody's yes. Asked every few seconds by whoever reads the metrics. */
  countDrafts(): Promise<number>
  /** Runs that have not ended, oldest first. */
  openRuns(): Promise<string[]>
  findIdempotent(key: string): Promise<{ runId: string; digest: string } | null>
  deleteRun(runId: string): Promise<void>
  /** The folders that runs work on, once each. */
  workspaceRoots(): Promise<string[]>
  /** The folders of the newest `runs` runs, once each and the last used first, with when that was (ISO 8601). */
  usedRoots(runs: number): Promise<{ root: string; at: string }[]>
  /** Every stored text that may name files of a run on this folder, some at a time; superfluous ones among them. */
  filesNamed(root: string): AsyncIterable<string>
}
