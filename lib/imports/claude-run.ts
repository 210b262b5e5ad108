import type { Json } from '@/lib/core/base/json'
import type { Usage } from '@/lib/core/money/usage'
import type { Skipped } from '@/lib/core/spec/imported'

/** Where a run lies in the folder of its program: names of folders and files, none of them a path. */
export type ClaudePlace = { project: string; session: string; run: string }

/** A run as a list shows it. Null where its files do not say. */
export type FoundRun = {
  place: ClaudePlace
  name: string
  /** ISO 8601: when it began, else when its files changed last. */
  at: string
  agents: number
  tokens: number | null
  state: ClaudeState
  /** Of its files by name and size. */
  digest: string
  /** Why it cannot be imported; null where it can. */
  problem: string | null
}

/** How a run ended by its own summary; `unfinished` where it left none. */
export const claudeStates = ['completed', 'killed', 'failed', 'unfinished'] as const
export type ClaudeState = (typeof claudeStates)[number]

/** A run without its conversations. */
export type ClaudeRun = {
  place: ClaudePlace
  digest: string
  name: string
  state: ClaudeState
  /** What the summary says went wrong. */
  error: string | null
  script: string | null
  args: Json
  result: { value: Json } | null
  startedAt: string | null
  endedAt: string | null
  /** When its summary was written; null without one. */
  writtenAt: string | null
  /** Whether it has a journal: without one nobody can tell what its script was told. */
  hasJournal: boolean
  defaultModel: string | null
  phases: { title: string; detail: string | null }[]
  logs: string[]
  /** In the order in which they were started. */
  agents: ClaudeAgent[]
  skipped: Skipped[]
}

/** What is known of an agent beside its conversation. */
export type ClaudeAgent = {
  id: string
  label: string | null
  phase: string | null
  model: string | null
  /** What the summary says of it; null where there is none. */
  state: 'done' | 'error' | 'open' | null
  /** What the script was told; null where nothing says that it was told anything. */
  answer: { value: Json } | null
  promptPreview: string | null
  startedAt: string | null
  durationMs: number | null
}

/** One answer of a model, with the tools it called. Times are ISO 8601. */
export type ClaudeTurn = {
  model: string
  usage: Usage
  stopReason: string
  requestId: string | null
  startedAt: string
  firstTokenAt: string
  endedAt: string
  tools: { id: string; name: string; isError: boolean; startedAt: string; endedAt: string | null }[]
}

/** A message of a conversation; `content` is the JSON text of its blocks. */
export type ClaudeMessage = { role: 'user' | 'assistant'; turn: number; content: string }

/** The conversation of an agent, without its messages. */
export type ClaudeCourse = {
  prompt: string | null
  startedAt: string | null
  endedAt: string | null
  turns: ClaudeTurn[]
  /** What it said last: an answer by a schema, else text; null where it had not come to an end. */
  lastWord: { value: Json } | null
  /** What the program wrote in place of an answer. */
  failure: string | null
  folder: string | null
  version: string | null
}

/** The conversation of an agent. */
export type ClaudeConversation = ClaudeCourse & { messages: ClaudeMessage[] }

/** The name of a run, the same in every copy of its folder. */
export function originOf({ session, run }: ClaudePlace): string {
  return `${session}/${run}`
}
