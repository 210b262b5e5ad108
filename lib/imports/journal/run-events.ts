import type { RunEvent } from '@/lib/core/run/events'
import type { Skipped } from '@/lib/core/spec/imported'
import type { ClaudeRun } from '../claude-run'
import type { Span } from './imported-agent'
import { mergedByTime, type TimedEvent } from './merged'
import { type AgentEnding, runEnding } from './outcome'

/**
 * The journal of an imported run in order of time, `created` first. It says what its files say and no more: of what
 * Claude Code does not write down, such as waits and barriers, there is nothing.
 */
export function runEvents(
  theirs: ClaudeRun,
  parts: {
    created: RunEvent
    span: Span
    /** Of each agent, in order of time. */
    agents: readonly (readonly TimedEvent[])[]
    endings: readonly AgentEnding[]
    skipped: readonly Skipped[]
  },
): Generator<TimedEvent> {
  const { created, span, agents, endings, skipped } = parts
  const at = (time: string) => (event: RunEvent) => ({ at: time, event })
  const begins: RunEvent[] = [created, { type: 'run.approved', actor: null }, { type: 'run.started' }]
  const ends: RunEvent[] = [
    ...theirs.logs.map((message): RunEvent => ({ type: 'run.logged', message })),
    ...skipped.map(skippedNote),
    { type: 'run.ended', ...runEnding(theirs, endings), resultInputs: [], actor: null },
  ]
  return mergedByTime([begins.map(at(span.from)), ...agents, ends.map(at(span.to))])
}

function skippedNote({ what, count }: Skipped): RunEvent {
  const message = `Not imported: ${what} (${count.toLocaleString('en')}).`
  return { type: 'run.noted', message, agentId: null, callSite: null }
}
