import type { RunHeader } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { plural } from '../format/numbers'

/** What a person can have done to the run that is open, by name. */
export type RunCommandName = 'pause' | 'resume' | 'cancel' | 'retry' | 'launch-again' | 'fork' | 'compare'

/** An act with its words. `question` is asked before it is done; null where nothing is lost by it. */
export type RunCommand = { name: RunCommandName; label: string; question: string | null }

/** The acts that the state of a run allows now, the most likely first. */
export function runCommands(
  { status, settling, forkedFrom }: Pick<RunHeader, 'status' | 'settling' | 'forkedFrom'>,
  retryable: number,
): RunCommand[] {
  const act = (name: RunCommandName, label: string, question: string | null = null) => ({
    name,
    label,
    question,
  })
  const isOver = hasEnded(status)
  return [
    ...(status === 'running' && settling === null ? [act('pause', 'Pause this run')] : []),
    ...(status === 'paused' ? [act('resume', 'Resume this run')] : []),
    ...(!isOver && settling === null
      ? [
          act(
            'cancel',
            'Stop this run…',
            'In-flight turns are interrupted. Finished answers are kept. To let turns finish, pause instead.',
          ),
        ]
      : []),
    ...(isOver && retryable > 0
      ? [
          act(
            'retry',
            'Retry failed calls…',
            `${plural(retryable, 'call is', 'calls are')} asked again in this run, within its limits. It costs what they cost.`,
          ),
        ]
      : []),
    ...(isOver ? [act('launch-again', 'Launch this run again')] : []),
    ...(status === 'draft' ? [] : [act('fork', 'Fork this run')]),
    ...(forkedFrom === null ? [] : [act('compare', 'Compare with its origin')]),
  ]
}
