import type { Failure } from '../agent/failure'
import type { RunServer } from '../agent/mcp-tools'
import type { CheckResult, ToolAction } from '../agent/patch'
import type { QuotedPlace } from '../agent/quoted'
import type { Refusal } from '../agent/refusal'
import type { ShownByTool } from '../agent/shown'
import type { Json, JsonObject } from '../base/json'
import type { ListedModel } from '../money/models'
import type { Usage } from '../money/usage'
import type { BatchCounts } from '../spec/batch'
import type { Permissions } from '../spec/permissions'
import type { Effort } from '../spec/run'
import type { Phase } from '../spec/run-status'
import type { ServerTool } from '../spec/server-tools'
import type { Trees } from './revisions'
import type { WorkflowReference } from './sandbox'

/** A draw in [0, 1). */
export type Random = () => number

/** A tool as the model sees it. */
export type ToolDefinition = {
  name: string
  description: string
  inputSchema: JsonObject
  /**
   * Asks for calls that fit the schema to the letter, of models that can; such a schema is a closed object
   * without bounds on numbers or lengths.
   */
  strict?: boolean
  /** It does something outside the conversation: such calls are made one after the other, and never repeated. */
  acts?: boolean
  /** It waits in a queue of its own, and takes no slot while it is at work. */
  hasOwnQueue?: boolean
  /** Differs from agent to agent: it comes after the others, so that the cached prefix ends before it. */
  varies?: boolean
}

/** One message of a conversation, as stored and as sent: raw blocks, unknown fields included. */
export type Message = { role: 'user' | 'assistant'; content: JsonObject[] }

/** One model request. `system` and `tools` are the stable prefix, sent in the order they come. */
export type TurnRequest = {
  model: string
  maxTokens: number
  system: string
  tools: readonly ToolDefinition[]
  /** What the provider runs itself, where the model has such tools; part of the stable prefix, too. */
  serverTools?: readonly ServerTool[] | undefined
  messages: readonly Message[]
  effort: Effort | null
  /**
   * Tokens that the agent may think and say in all its turns, told to models that pace themselves by it; null
   * for none.
   */
  taskBudgetTokens: number | null
  speed: 'standard' | 'fast'
  /**
   * How long a later request may share this prefix, so caching it pays: minutes, or an hour where turns
   * wait.
   */
  cache: 'none' | '5m' | '1h'
}

/** The provider's own word about its limits, from response headers; null where a header was absent. */
export type RateLimits = {
  requestsRemaining: number | null
  requestsLimit: number | null
  requestsResetAt: string | null
  inputTokensRemaining: number | null
  inputTokensLimit: number | null
  inputTokensResetAt: string | null
  outputTokensRemaining: number | null
  outputTokensLimit: number | null
  outputTokensResetAt: string | null
}

/** What is heard while a turn streams. Called often: implementations only note and return. */
export type TurnObserver = {
  onHeaders(limits: RateLimits): void
  /** `message_start`: the model that answers, and its input usage. */
  onStart(model: string, usage: Usage): void
  onText(text: string): void
  onThinking(text: string): void
  /** Any sign of life, pings included. */
  onByte(): void
}

/** A finished response: its raw blocks are stored as they came and sent again verbatim. */
export type CompletedTurn = {
  model: string
  content: JsonObject[]
  stopReason: string
  /** What a refusal says of itself; null for any other end. */
  refusal: Refusal | null
  usage: Usage
  requestId: string | null
}

/** What a try gave. A failed one says what it knew of its usage, so the loss can be estimated. */
export type TurnResult =
  | { ok: true; turn: CompletedTurn }
  | { ok: false; failure: Failure; started: { model: string; usage: Usage; outputCharacters: number } | null }

/** A batch as its provider describes it. Times are ISO 8601. */
export type ProviderBatch = {
  id: string
  status: 'in_progress' | 'canceling' | 'ended'
  counts: BatchCounts
  createdAt: string | null
  expiresAt: string | null
  hasResults: boolean
}

/** One request of a batch; `customId` is the name its result will come under. */
export type BatchRequest = { customId: string; request: TurnRequest }

/** The outcome of one request of a batch. */
export type BatchAnswer = { customId: string } & (
  | { ok: true; turn: CompletedTurn }
  /** An answer that was given and cannot be read is still billed. */
  | { ok: false; failure: Failure; mayBeBilled: boolean }
)

export type Reply<T> = { ok: true; value: T } | { ok: false; failure: Failure }

/**
 * Many requests at once, answered within a day at half price. Never throws for what a run may live through.
 */
export type BatchProvider = {
  /**
   * Hands requests over. A refusal says whether the batch `mayExist` nevertheless (the line broke after it
   * was sent), and whether there are no batches here at all.
   */
  create(
    requests: readonly BatchRequest[],
    options: { isExtended: boolean; signal: AbortSignal },
  ): Promise<
    | { ok: true; value: ProviderBatch }
    | { ok: false; failure: Failure; mayExist: boolean; isUnknown: boolean }
  >
  /** One batch; null when the provider knows none of that name. */
  look(id: string, signal: AbortSignal): Promise<Reply<ProviderBatch | null>>
  /** All batches created since a time, newest first. */
  recent(sinceMs: number, signal: AbortSignal): Promise<Reply<ProviderBatch[]>>
  /**
   * Reads the results of an ended batch in whatever order they come; `onAnswer` is called for each line,
   * including duplicates and lines that nobody asked for. Null when the provider no longer keeps the results.
   */
  results(
    id: string,
    options: {
      modelOf(customId: string): string
      /** The tools that a request was offered; none where that is not known any more. */
      toolsOf(customId: string): readonly ToolDefinition[]
      onAnswer(answer: BatchAnswer): void
      signal: AbortSignal
    },
  ): Promise<Reply<'read' | null>>
  /** Asks for no more of it to be done; what is done already is billed. */
  withdraw(id: string, signal: AbortSignal): Promise<Reply<'asked'>>
}

/** A model that the provider has today. `retiresAt`: the UTC day from which it is refused, where one is set. */
export type ModelInfo = ListedModel & { displayName: string; retiresAt: string | null }

/** Speaks to a model. Never throws for what a run may live through; those are failures in the result. */
export type Provider = {
  name: 'anthropic' | 'simulator'
  simulated: boolean
  /** Whether it searches the web and reads its pages itself, while it answers. */
  hasServerTools: boolean
  /** Names the credential without revealing it; limits are shared by everything under one. */
  credentialId: string
  turn(
    request: TurnRequest,
    observer: TurnObserver,
    options: { signal: AbortSignal; idleLimitMs: number },
  ): Promise<TurnResult>
  batches: BatchProvider
  countTokens(request: TurnRequest, signal: AbortSignal): Promise<number | null>
  models(signal: AbortSignal): Promise<ModelInfo[]>
}

/** Decides when the next model request may leave. */
export type Governor = {
  /**
   * Resolves with a permit when a request of this family may leave. `onWait` hears that it has to wait and
   * until when, if that is known. Rejects with the signal's reason when aborted.
   */
  admit(family: string, signal: AbortSignal, onWait: (untilMs: number | null) => void): Promise<Permit>
  /** State of every family seen, for people. */
  headroom(): Headroom[]
}

export type Permit = {
  headers(limits: RateLimits): void
  /** Must be called once, whatever happened. `failure` null means the request went well. */
  settle(failure: Failure | null): void
}

export type Headroom = {
  family: string
  inFlight: number
  window: number
  blockedUntil: string | null
  limits: RateLimits | null
}

/** What a tool call gave: text for the model, and whether it is an error the model may react to. */
export type ToolResult = {
  text: string
  isError: boolean
  /** What it shows beside its text; nothing beside an error. */
  shown?: readonly ShownByTool[]
  /** The agent's files after it, where it changed some. */
  tree?: string
  /** What it did outside the conversation, in its order. */
  actions?: readonly ToolAction[]
  /** Hosts that it wanted to reach and may not, where a person can be asked for them. */
  wantedHosts?: readonly string[]
}

/** Whose files a tool works on, which they were when that agent began, and which they are now. */
export type Worktree = { agentId: string; base: string; tree: string }

/** The files of a workspace as they were stored for a run. */
export type OpenedFiles = { tree: string; head: string | null; dirty: number | null; unreadable: string[] }

/** What agents change files by; the workspace itself is only read. */
export type FileStore = {
  trees: Trees
  /** Stores the workspace's files as they are now. */
  open(signal: AbortSignal): Promise<OpenedFiles>
}

/** Where a file says each quote, null for what it does not say; or why it cannot be looked in. */
export type FoundQuotes = { ok: true; places: (QuotedPlace | null)[] } | { ok: false; problem: string }

/** The run that tools are opened for. */
export type ToolsOwner = {
  project: string
  /** Its servers as they were when it began; empty where they were not opened yet. */
  servers: readonly RunServer[]
  /** A person is asked for what it does not permit: servers that anybody approved are opened with it. */
  asksBeyond: boolean
  /** What its launch permits; beyond that a person is asked, or it is refused. */
  permitted: Permissions
  /** Hosts that a person has allowed its commands since. */
  allowedHosts(): readonly string[]
  /** Nothing outside may be called: it is only tried. */
  isDryRun: boolean
  /** Puts a sentence into its log. */
  note(message: string): void
}

/** Tools that act on a workspace's files. Never throws for bad input: that is an error result. */
export type ToolBox = {
  definitions: readonly ToolDefinition[]
  /** `worktree` in runs whose agents change files. */
  call(name: string, input: Json, signal: AbortSignal, worktree?: Worktree): Promise<ToolResult>
  /** The MCP servers that the run permits, with their tools among the definitions. */
  servers?: readonly RunServer[]
  /** Null in a run that changes no files. */
  files: FileStore | null
  /** Runs a command on files in a sandbox of its own; null where no commands may be run. */
  check: ((command: string, tree: string, signal: AbortSignal) => Promise<CheckResult>) | null
  /**
   * Looks quotes up in one file, as `tree` has it where the run changes files; in their order. A sentence where
   * there is nothing to look in. Null where nothing can be looked up.
   */
  findQuotes:
    | ((
        source: string,
        quotes: readonly string[],
        tree: string | null,
        signal: AbortSignal,
      ) => Promise<FoundQuotes>)
    | null
  /** Ends what an agent has left running. */
  endAgent(agentId: string): Promise<void>
  /** Identity of the files' contents; part of every call key. */
  revision: string
  close(): Promise<void>
}

/** A workflow that was found, its very source, the digest that names it, and the phases it announces. */
export type FoundWorkflow = {
  name: string
  source: string
  digest: string
  phases: Phase[]
  needs: readonly string[]
}

/** The search for a workflow: its workspace, its owner, and the signal that ends it. */
export type Looking = { workspaceRoot: string | null; owner: string; signal: AbortSignal }

/** Finds what a script calls with `workflow()`. A `problem` is a sentence for the script's author. */
export type WorkflowFinder = {
  find(reference: WorkflowReference, looking: Looking): Promise<FoundWorkflow | { problem: string }>
}

/** One complaint about an answer: where in it (JSON pointer) and what is wrong. */
export type SchemaComplaint = { path: string; message: string }

/** Checks answers against JSON Schemas where a runaway pattern can be killed. */
export type SchemaChecker = {
  /**
   * Complaints about the schema itself; empty when it can be used. `owner` is the run that asks: runs take
   * turns.
   */
  checkSchema(schema: Json, owner: string): Promise<SchemaComplaint[]>
  check(schema: Json, value: Json, owner: string): Promise<SchemaComplaint[]>
}
