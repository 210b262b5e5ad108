import type { Snapshot } from '@/lib/core/run/state'
import { elapsedMs, formatDuration } from '../format/time'

/** When a run started and how long it took, or has taken by the last thing that is known of it. */
export function startedWords({ run, agents, log }: Pick<Snapshot, 'run' | 'agents' | 'log'>): string {
  if (run.startedAt === null) return 'never'
  const known = [
    run.startedAt,
    ...agents.map(({ lastActivityAt }) => lastActivityAt),
    ...log.map(({ at }) => at),
  ]
  const last = known.reduce((latest, at) => Math.max(latest, Date.parse(at)), 0)
  const took = formatDuration(elapsedMs(run, last) ?? 0)
  return `${run.startedAt}, ${run.endedAt === null ? `${took} so far` : `took ${took}`}`
}
