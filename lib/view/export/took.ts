import type { Snapshot } from '@/lib/core/run/state'
import { elapsedMs, formatDuration } from '../format/time'

type Told = Pick<Snapshot, 'run' | 'agents' | 'log'>

/** When a run started and how long it took, or has taken by the last thing that is known of it. */
export function startedWords(told: Told): string {
  const { startedAt } = told.run
  return startedAt === null ? 'never' : `${startedAt}, ${tookWords(told)}`
}

/** How long a run took, or has taken by the last thing that is known of it. */
export function tookWords({ run, agents, log }: Told): string {
  const times = [run.startedAt ?? run.createdAt, ...agents.map(({ lastActivityAt }) => lastActivityAt)]
  const last = [...times, ...log.map(({ at }) => at)].reduce(
    (latest, at) => Math.max(latest, Date.parse(at)),
    0,
  )
  const took = formatDuration(elapsedMs(run, last) ?? 0)
  return run.endedAt === null ? `${took} so far` : `took ${took}`
}
