import { type Failure, failure } from '@/lib/core/agent/failure'
import type { Json } from '@/lib/core/base/json'
import type { RunError } from '@/lib/core/spec/run'
import type { RunOutcome } from '@/lib/core/spec/run-status'
import type { ClaudeAgent, ClaudeCourse, ClaudeRun } from '../claude-run'

/** How an agent ended, as far as its files say. */
export type AgentEnding =
  | { outcome: 'succeeded'; result: { value: Json } | null; failure: null }
  | { outcome: 'failed' | 'cancelled'; result: null; failure: Failure }

/**
 * How an agent ended. What its script was told counts first, then what the summary says; only where there is neither
 * does its own last word count, since an agent may have been cut off right behind it.
 */
export function agentEnding(
  { answer, state }: Pick<ClaudeAgent, 'answer' | 'state'>,
  course: ClaudeCourse | null,
  hasJournal: boolean,
): AgentEnding {
  const lastWord = course?.lastWord ?? null
  if (answer !== null && answer.value !== null) return succeeded(answer)
  if (state === 'done') return succeeded(answer ?? lastWord)
  const why = course?.failure ?? null
  if (answer !== null || state === 'error' || why !== null)
    return ended('failed', failure('internal', why ?? 'It failed in Claude Code, which left no reason.'))
  if (state === null && !hasJournal && lastWord !== null) return succeeded(lastWord)
  return ended('cancelled', failure('interrupted', 'It had not answered yet when its run was cut off.'))
}

function succeeded(result: { value: Json } | null): AgentEnding {
  return { outcome: 'succeeded', result, failure: null }
}

function ended(outcome: 'failed' | 'cancelled', why: Failure): AgentEnding {
  return { outcome, result: null, failure: why }
}

/** How a run ended. Without a summary nothing says that it came to its end. */
export function runEnding(
  { state, error }: Pick<ClaudeRun, 'state' | 'error'>,
  endings: readonly AgentEnding[],
): { outcome: RunOutcome; reason: string | null; error: RunError | null } {
  switch (state) {
    case 'completed': {
      const isClean = endings.every(({ outcome }) => outcome === 'succeeded')
      return { outcome: isClean ? 'completed' : 'completed-with-failures', reason: null, error: null }
    }
    case 'failed': {
      const message = error ?? 'The script failed in Claude Code, which left no reason.'
      return { outcome: 'failed', reason: null, error: { message, line: null, column: null } }
    }
    case 'killed':
      return { outcome: 'cancelled', reason: 'stopped in Claude Code', error: null }
    case 'unfinished':
      return { outcome: 'cancelled', reason: cutOff, error: null }
  }
}

const cutOff =
  'Claude Code left no summary: the run was interrupted, or is still at work. Import it again once it has ended.'
