import type { ClaudeAgent, ClaudeCourse, ClaudeRun } from '../claude-run'
import type { Span } from './imported-agent'

type Timed = { theirs: ClaudeAgent; course: ClaudeCourse | null }

/**
 * From when to when a run was: by its summary, and never shorter than what its agents say. `now` stands where nothing
 * says a time.
 */
export function spanOf(
  { startedAt, endedAt, writtenAt }: Pick<ClaudeRun, 'startedAt' | 'endedAt' | 'writtenAt'>,
  agents: readonly Timed[],
  now: string,
): Span {
  const begun = [startedAt, ...agents.map(({ theirs, course }) => course?.startedAt ?? theirs.startedAt)]
  const from = least(begun) ?? writtenAt ?? now
  const ended = [from, endedAt, ...agents.map(({ course }) => course?.endedAt ?? null)]
  return { from, to: most(ended) ?? from }
}

function least(times: readonly (string | null)[]): string | null {
  return times.reduce(
    (first, time) => (first === null || (time !== null && time < first) ? time : first),
    null,
  )
}

function most(times: readonly (string | null)[]): string | null {
  return times.reduce((last, time) => (last === null || (time !== null && time > last) ? time : last), null)
}
