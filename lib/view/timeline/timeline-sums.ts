import { itemEnds } from './barrier-places'
import type { Activity, AgentTrack, RunHistory, TimeSegment } from './timeline-history'

/** Activities in which an agent holds a slot: a model answers, or a tool of its works. */
export function isActive(activity: Activity): boolean {
  return activity === 'streaming' || activity === 'stalled' || activity === 'tools'
}

/** How long a stretch lasts, or has lasted by now. */
export function lengthOf(segment: TimeSegment, now: number): number {
  return Math.max(0, (segment.until ?? now) - segment.from)
}

/** Milliseconds an agent was there, all its lives together. */
export function lifetimeOf(track: AgentTrack, now: number): number {
  return track.segments.reduce((sum, segment) => sum + lengthOf(segment, now), 0)
}

/** Milliseconds per activity of an agent or a whole run; only activities that took time. */
export function timeByActivity(tracks: Iterable<AgentTrack>, now: number): ReadonlyMap<Activity, number> {
  const sums = new Map<Activity, number>()
  for (const { segments } of tracks)
    for (const segment of segments) {
      const length = lengthOf(segment, now)
      if (length > 0) sums.set(segment.activity, (sums.get(segment.activity) ?? 0) + length)
    }
  return sums
}

export type Idle = { agentId: string; barrierId: string; from: number; until: number }

/**
 * Time in which an answer lay ready while `parallel()` waited for others: from the end of an item, which is
 * the end of its last agent, to the end of the barrier. A pipeline hands each answer on at once, so nothing
 * lies idle in it, and a reused answer waited for nothing that was paid. An agent that ended an item of a
 * barrier inside another has a stretch at each.
 */
export function barrierIdle(history: RunHistory, now: number): Idle[] {
  const barriers = new Map(history.barriers.map((barrier) => [barrier.id, barrier]))
  const ends = itemEnds(history.agents.values(), barriers)
  return history.barriers.flatMap(({ id, kind, closedAt }) => {
    if (kind !== 'parallel') return []
    const until = closedAt ?? history.endedAt ?? now
    return [...(ends.get(id)?.values() ?? [])].flatMap(({ agentId, at, isReused }) =>
      !isReused && at < until ? [{ agentId, barrierId: id, from: at, until }] : [],
    )
  })
}

/** The longest stretch of each agent: what is shaded behind its end. */
export function idleByAgent(idle: readonly Idle[]): ReadonlyMap<string, Idle> {
  const longest = new Map<string, Idle>()
  for (const one of idle)
    if (one.until > (longest.get(one.agentId)?.until ?? 0)) longest.set(one.agentId, one)
  return longest
}

/** Last moment of the picture: the run's end, or now while it goes on. */
export function endOf(history: RunHistory, now: number): number {
  return history.endedAt ?? (history.seq === 0 ? 0 : Math.max(history.lastAt, now))
}
