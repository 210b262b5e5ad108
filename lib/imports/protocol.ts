import { Unreadable } from './claude/bounded-files'
import { type FoundRuns, findRuns } from './claude/find-runs'
import { openRun } from './claude/open-run'
import { type ReadAgents, readAgents } from './claude/read-agents'
import type { ClaudePlace, ClaudeRun } from './claude-run'

/** What is asked of a thread that reads files of other programs. */
export type ImportCall =
  | { kind: 'find'; folder: string; most: number }
  | { kind: 'open'; folder: string; place: ClaudePlace }
  | { kind: 'read'; folder: string; place: ClaudePlace; agents: readonly string[] }

/** What it answers; `unreadable` with the reason where the folder or the run cannot be read at all. */
export type ImportAnswer =
  | { kind: 'found'; found: FoundRuns }
  | { kind: 'opened'; run: ClaudeRun }
  | { kind: 'agents'; read: ReadAgents }
  | { kind: 'unreadable'; why: string }

/** Answers one call, in a thread that may be ended at any moment. */
export function answerImportCall(call: ImportCall): ImportAnswer {
  try {
    switch (call.kind) {
      case 'find':
        return { kind: 'found', found: findRuns(call.folder, call.most) }
      case 'open':
        return { kind: 'opened', run: openRun(call.folder, call.place) }
      case 'read':
        return { kind: 'agents', read: readAgents(call.folder, call.place, call.agents) }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { kind: 'unreadable', why: error.message }
  }
}
