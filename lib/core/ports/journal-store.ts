import type { AgentState } from '../agent/agent'
import type { Json } from '../base/json'
import { projectIsArchived } from '../base/project'
import type { Delivery } from '../money/money-store'
import type { Payer } from '../money/quotas'
import type { Envelope, RunEvent } from '../run/events'
import type { RunState } from '../run/state'
import type { AgentOptions, AgentSpec, InFlightTurnRow, TurnRow } from './agent-store'
import type { Message } from './ports'

/**
 * Which daily rollup row a turn adds to; null where nothing is to be counted: a dry run. `day` is a UTC date.
 */
export type RollupKey = {
  day: string
  model: string
  workflow: string
  phase: string
  /** The id of the actor. */
  launchedBy: string
  project: string
  /** Whose quotas it counts against: the id of the actor, and of a key's owner, '' for none. */
  payer: string
  payerOwner: string
  simulated: boolean
}

/** What is written beside the events of a commit, in the same transaction. */
export type Write =
  | { do: 'create-run'; script: string; args: Json; idempotencyKey: string | null; idempotencyDigest: string }
  /**
   * `counted` is the day it counts on; null where nothing is counted: a dry run, an answer taken from another
   * run.
   */
  | {
      do: 'create-agent'
      spec: AgentSpec
      first: Message
      counted: { day: string; simulated: boolean; payer: Payer } | null
    }
  | { do: 'add-message'; agentId: string; fence: number; attempt: number; turn: number; message: Message }
  | { do: 'commit-turn'; fence: number; row: TurnRow; rollup: RollupKey | null }
  | { do: 'add-unsettled'; rollup: RollupKey | null; nanoUsd: number; tokens: number }
  | { do: 'save-in-flight-turn'; inFlightTurn: InFlightTurnRow }
  | { do: 'clear-in-flight-turn'; agentId: string }
  | { do: 'save-answer'; agentId: string; fence: number; result: Json }
  | { do: 'save-result'; result: Json }
  /** The run goes on after its end; what it gave back then is none any more. */
  | { do: 'forget-result' }
  /** A person had the agent asked otherwise; its next attempt goes by these. */
  | { do: 'change-options'; agentId: string; options: AgentOptions }
  /**
   * A text that the run keeps by its digest, once: the source of a called workflow, so a replay runs what ran, or
   * the base64 of what an agent was shown.
   */
  | { do: 'save-source'; digest: string; source: string }
  /** A notice of an event of this commit, to be sent to the webhook; one that is kept already stays. */
  | { do: 'add-delivery'; delivery: Delivery }

/** Thrown inside a commit when another holder has claimed the agent since: the whole commit is refused. */
export class StaleFenceError extends Error {
  constructor(agentId: string) {
    super(`Agent ${agentId} was claimed by another dispatcher; this one may no longer write for it`)
    this.name = 'StaleFenceError'
  }
}

/**
 * Thrown inside a commit that would set a run to work in a project that was archived meanwhile: the whole commit is
 * refused. Whoever archives a project looks for runs at work in the same way, so of two at once one is first.
 */
export class ProjectArchivedError extends Error {
  constructor() {
    super(projectIsArchived)
    this.name = 'ProjectArchivedError'
  }
}

/**
 * Thrown by a commit when nothing can be written for now: a full disk, a locked file. Nothing of it is kept.
 */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailableError'
  }
}

/** The inside of one transaction. Nothing of it is kept when the work throws. */
export type StoreTransaction = {
  /** Assigns the next seq numbers of the run and stores the events. */
  append(runId: string, at: string, events: readonly RunEvent[]): Envelope[]
  write(runId: string, at: string, write: Write): void
  /** Rows that mirror the fold: the run's head, and the agents that changed. */
  project(state: RunState, changed: readonly AgentState[]): void
}

/** Journals of runs. All that is written of a run is written by `commit`. */
export type JournalStore = {
  commit<T>(work: (transaction: StoreTransaction) => T): Promise<T>
  /** Envelopes with seq above `after`, oldest first, at most `limit`. */
  readJournal(runId: string, after: number, limit: number): Promise<Envelope[]>
  /** What the journal says of one agent, oldest first. */
  agentEvents(runId: string, agentId: string): Promise<Envelope[]>
}
