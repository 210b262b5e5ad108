import type { AgentState } from '../agent/agent'
import type { AgentType } from '../agent/agent-type'
import type { Json } from '../base/json'
import type { Cost } from '../money/pricing'
import type { Usage } from '../money/usage'
import type { Delivery, Speed } from '../spec/run'
import type { ServerTool } from '../spec/server-tools'
import type { Message, ToolDefinition } from './ports'

/** What an agent was asked, as stored: enough to run it again from nothing else. */
export type AgentSpec = {
  agentId: string
  key: string
  prompt: string
  system: string
  tools: readonly ToolDefinition[]
  /** Tools that its provider runs; none where it is left out. */
  serverTools?: readonly ServerTool[] | undefined
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
  /** How many agents are above it in the tree: 0 for a script's own call. */
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
  /** The files it begins from, by their tree; missing where it cannot change any. */
  tree?: string
  /** Its changes wait for a merge that the script asks for, instead of being merged when it ends. */
  isIsolated?: boolean
  /** `workflow`: the `script` of the answer has to be one that runs to its end. */
  check: 'workflow' | null
}

/** An agent as resume needs it. */
export type StoredAgent = {
  state: AgentState
  spec: AgentSpec
  fence: number
  result: Json
  hasResult: boolean
}

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

/** What was heard of a turn in flight, saved at most once a second, so a crash can be booked. */
export type InFlightTurnRow = {
  agentId: string
  turn: number
  attempt: number
  model: string
  usage: Usage
  /** As `englishCharacters` counts them. */
  outputCharacters: number
  /** From its start to its first word, or to its last sign of life while there is none. */
  silentMs: number
  startedAt: string
}

/** Agents of runs, and their conversations. */
export type AgentStore = {
  loadAgents(runId: string): Promise<StoredAgent[]>
  loadAgent(runId: string, agentId: string): Promise<StoredAgent | null>
  /** Raises the fence of an agent and returns it: from now on only this holder may write for it. */
  claimAgent(runId: string, agentId: string): Promise<number>
  loadMessages(runId: string, agentId: string): Promise<StoredMessage[]>
  /**
   * Agents whose conversation contains a text, ignoring case: in prompts, answers, tool calls and their
   * results.
   */
  agentsSaying(runId: string, text: string): Promise<string[]>
  loadTurns(runId: string, agentId: string): Promise<TurnRow[]>
  loadInFlightTurns(runId: string): Promise<InFlightTurnRow[]>
}
