import type { Actor } from '../base/actor'
import type { RunStatus } from '../spec/run-status'

/** One saved source. Versions count from 1 and are never changed. */
export type WorkflowVersion = {
  version: number
  source: string
  digest: string
  savedAt: string
  savedBy: Actor
  note: string | null
}

/** A version without its source, as lists show it. */
export type VersionHead = Omit<WorkflowVersion, 'source'>

/** A workflow of the library with its newest version. */
export type SavedWorkflow = {
  id: string
  name: string
  origin: 'saved' | 'imported'
  originPath: string | null
  createdAt: string
  createdBy: Actor
  latest: WorkflowVersion
}

export type NewWorkflow = Omit<SavedWorkflow, 'latest'> & { latest: Omit<WorkflowVersion, 'version'> }

/**
 * The outcome of saving a new version. Two people who edit the same version must not overwrite each other
 * unnoticed.
 */
export type SaveOutcome =
  | { kind: 'saved'; workflow: SavedWorkflow }
  | { kind: 'unchanged'; workflow: SavedWorkflow }
  | { kind: 'stale'; workflow: SavedWorkflow }
  | { kind: 'name-taken' }
  | { kind: 'missing' }

/** A workflow that was deleted and can be brought back; of several by one name, the one deleted last. */
export type DeletedWorkflow = {
  name: string
  deletedAt: string
  versions: number
  /** A workflow by this name is in the library again, so this one has to wait until that is renamed. */
  isNameTaken: boolean
}

/** One earlier run of a workflow, as far as its usage is concerned. */
export type WorkflowRun = {
  id: string
  status: RunStatus
  simulated: boolean
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  pausedMs: number
  costNanoUsd: number | null
}

/** Where the workflows that people saved live. Names are unique among those that are not deleted. */
export type WorkflowStore = {
  list(): Promise<SavedWorkflow[]>
  findSaved(name: string): Promise<SavedWorkflow | null>
  /** Every version of a workflow, newest first. */
  versions(id: string): Promise<VersionHead[]>
  version(id: string, version: number): Promise<WorkflowVersion | null>
  /** False when the name is taken. */
  create(workflow: NewWorkflow): Promise<boolean>
  /**
   * Adds a version, and renames. `basedOn` is the digest that was edited; null saves over whatever is newest.
   */
  saveVersion(
    name: string,
    next: Omit<WorkflowVersion, 'version'> & { name: string },
    basedOn: string | null,
  ): Promise<SaveOutcome>
  /** False when there is none by that name. */
  delete(name: string, at: string): Promise<boolean>
  /** Brings back the one of this name that was deleted last. */
  restore(name: string): Promise<'restored' | 'name-taken' | 'missing'>
  /** What can be brought back, the newest deletion first; at most `most`. */
  deleted(most: number): Promise<DeletedWorkflow[]>
  /** How many runs a workflow had, and the newest of them. */
  runsOf(name: string, most: number): Promise<{ total: number; runs: WorkflowRun[] }>
}
