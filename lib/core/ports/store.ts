import type { AgentState } from '../agent/agent'
import type { AgentType } from '../agent/agent-type'
import type { Json } from '../base/json'
import type { DaySpend } from '../base/utc-day'
import type { AgentSample } from '../estimate/estimate'
import type { MoneyStore } from '../money/money-store'
import type { Cost, TokenKind } from '../money/pricing'
import type { Usage } from '../money/usage'
import type { Envelope, RunEvent } from '../run/events'
import type { RunState, Snapshot } from '../run/state'
import type { WorkflowStore } from '../run/workflow-store'
import type { EstimatedRun } from '../spec/calibration'
import type { Delivery, Speed } from '../spec/run'
import type { Message, ToolDefinition } from './ports'

/** What an agent was asked, as stored: enough to run it again from nothing else. */
export type AgentSpec = {
  agentId: string
  key: string
  prompt: string
  system: string
  tools: readonly ToolDefinition[]
  schema: Json | null
  options: AgentOptions
}

/** What the call asked for: the model to send to, and how to run it. */
export type AgentOptions = {
  model: string
  effort: string | null
  stallMs: number
  maxTurns: number
  maxTokens: number
  retries: number
  /** How many agents stand above it: 0 for a script's own call. */
  depth: number
  speed: Speed
  delivery: Delivery
  /** Longest it may work, in milliseconds without the run's pauses; null for no bound. */
  timeoutMs: number | null
  /** The agent's own caps. */
  nanoUsd: number | null
  tokens: number | null
  /** The agent type as it was when the agent was made, and the name the call gave it. */
  agentType: { asked: string; type: AgentType } | null
  /** `workflow`: the `script` of the answer has to be one that runs to its end. */
  check: 'workflow' | null
}

/** An agent as resume needs it. */
export type StoredAgent = { state: AgentState; spec: AgentSpec; fence: number; result: Json; hasResult: boolean }

/** A committed response beside its event: what the event leaves out because it is large. */
export type TurnRow = {
  agentId: string
  turn: number
  attempt: number
  model: string
  usage: Usage
  cost: Cost | null
  stopReason: string
  requestId: string | null
  startedAt: string
  firstTokenAt: string | null
  endedAt: string
}

export type StoredMessage = { position: number; attempt: number; turn: number; message: Message }

/** What was heard of a turn in flight, saved at most once a second, so that a crash can be booked. */
export type InFlightTurnRow = {
  agentId: string
  turn: number
  attempt: number
  model: string
  usage: Usage
  outputCharacters: number
  /** From its start to its first word, or to its last sign of life while there is none. */
  silentMs: number
  startedAt: string
}

/** Which daily rollup row a turn adds to; null where nothing is to be counted: a dry run. `day` is a UTC date. */
export type RollupKey = {
  day: string
  model: string
  workflow: string
  phase: string
  /** The id of the actor. */
  launchedBy: string
  project: string
  simulated: boolean
}

/** What is written beside the events of a commit, in the same transaction. */
export type Write =
  | { do: 'create-run'; script: string; args: Json; idempotencyKey: string | null; idempotencyDigest: string }
  /** `counted` is the day it counts on; null where nothing is counted: a dry run, an answer taken from another run. */
  | { do: 'create-agent'; spec: AgentSpec; first: Message; counted: { day: string; simulated: boolean } | null }
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
  /** The source of a called workflow, once a run, so that a replay runs what ran. */
  | { do: 'save-source'; digest: string; source: string }

/** Thrown inside a commit when another holder has claimed the agent since: the whole commit is refused. */
export class StaleFenceError extends Error {
  constructor(agentId: string) {
    super(`Agent ${agentId} was claimed by another dispatcher; this one may no longer write for it`)
    this.name = 'StaleFenceError'
  }
}

/** Thrown by a commit when nothing can be written for now: a full disk, a locked file. Nothing of it is kept. */
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

/** What kind of money a run spends: real, the simulator's, or none at all. */
export const runKinds = ['real', 'simulated', 'dry-run'] as const
export type RunKind = (typeof runKinds)[number]

/** What else runs are told apart by; null does not. Bounds are inclusive, names are compared without case. */
export type RunTraits = {
  user: string | null
  tag: string | null
  kind: RunKind | null
  minNanoUsd: number | null
  maxNanoUsd: number | null
  minAgents: number | null
  maxAgents: number | null
}

/** Committed turns of one phase, model and delivery: how many of each kind, and what they were booked at. */
export type CostLine = {
  phase: string | null
  model: string
  delivery: Delivery
  turns: number
  /** False for turns whose cost is not known; their costs are all zero and mean nothing. */
  isPriced: boolean
  /** False for answers that did not say what they used: nothing is counted of them here, they are unsettled. */
  isMetered: boolean
  counts: Record<TokenKind, number>
  costs: Record<TokenKind, number>
  cacheSavedNanoUsd: number
}
export type UnsettledLine = { phase: string | null; model: string; unsettledNanoUsd: number }

/** A workflow that a run called: where, and what ran. */
export type CalledSource = { scope: string; name: string; digest: string; source: string }

export type RunFilter = {
  statuses: readonly string[] | null
  workflow: string | null
  text: string | null
  traits?: RunTraits
  offset: number
  limit: number
}

/**
 * Runs that an estimate rests on: the same script, on the same folder or on none, with the same arguments, real or
 * simulated.
 */
export type AlikeRuns = { digest: string; root: string | null; args: Json; simulated: boolean }

/** Where runs live. Asynchronous whatever lies beneath, so that a server database can stand in for the file. */
export type Store = {
  workflows: WorkflowStore
  money: MoneyStore
  commit<T>(work: (transaction: StoreTransaction) => T): Promise<T>
  /** State at the journal's end, from the rows. Null when there is no such run. */
  loadState(runId: string): Promise<RunState | null>
  /** The same without its agents: as quick for a thousand as for one. */
  loadHead(runId: string): Promise<Omit<RunState, 'agents'> | null>
  /** Envelopes with seq above `after`, oldest first, at most `limit`. */
  readJournal(runId: string, after: number, limit: number): Promise<Envelope[]>
  loadAgents(runId: string): Promise<StoredAgent[]>
  loadAgent(runId: string, agentId: string): Promise<StoredAgent | null>
  loadMessages(runId: string, agentId: string): Promise<StoredMessage[]>
  /** Agents in whose conversation a text stands, whatever its case: prompts, answers, tool calls and what came of them. */
  agentsSaying(runId: string, text: string): Promise<string[]>
  loadTurns(runId: string, agentId: string): Promise<TurnRow[]>
  agentEvents(runId: string, agentId: string): Promise<Envelope[]>
  loadInFlightTurns(runId: string): Promise<InFlightTurnRow[]>
  loadInput(runId: string): Promise<{ script: string; args: Json } | null>
  /** Source of a workflow that this run called. */
  loadSource(runId: string, digest: string): Promise<string | null>
  /** Every workflow this run called, in the order of the calls. */
  calledSources(runId: string): Promise<CalledSource[]>
  costLines(runId: string): Promise<{ spent: CostLine[]; unsettled: UnsettledLine[] }>
  loadResult(runId: string): Promise<{ result: Json; hasResult: boolean } | null>
  /** Raises the fence of an agent and returns it: from now on only this holder may write for it. */
  claimAgent(runId: string, agentId: string): Promise<number>
  listRuns(filter: RunFilter): Promise<{ runs: RunHead[]; total: number }>
  /** Runs that have not ended, oldest first. */
  openRuns(): Promise<string[]>
  findIdempotent(key: string): Promise<{ runId: string; digest: string } | null>
  deleteRun(runId: string): Promise<void>
  /** Agents of the newest `runs` ended runs that were alike: what their estimates rest on. */
  agentSamples(alike: AlikeRuns, runs: number): Promise<AgentSample[]>
  /**
   * The newest `runs` runs that began and have ended, however they did, and had an estimate of their dollars, real or
   * simulated ones, of one workflow or (null) of all. Dry runs, trial runs and forks are left out.
   */
  estimatedRuns(query: { workflow: string | null; simulated: boolean; runs: number }): Promise<EstimatedRun[]>
  /** Nanodollars spent and unsettled on a UTC day, real providers and simulator apart. */
  spentOn(day: string, simulated: boolean): Promise<{ spentNanoUsd: number; unsettledNanoUsd: number }>
  /** The same of every day there is. */
  spentByDay(simulated: boolean): Promise<DaySpend[]>
  getSetting(key: string): Promise<Json | undefined>
  putSetting(key: string, value: Json): Promise<void>
  close(): void
}

/** A run without its agents. */
export type RunHead = Pick<Snapshot, 'run' | 'phases' | 'totals' | 'outcomeCounts' | 'seq'>
