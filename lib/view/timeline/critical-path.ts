import type { BarrierItem } from '@/lib/core/agent/agent'
import { itemEnds, placesFrom } from './barrier-places'
import type { AgentTrack, BarrierTrack, RunHistory } from './timeline-history'

export type PathStep = { agentId: string; from: number; until: number }

type Ended = AgentTrack & { endedAt: number }
/** A barrier that let the script go on, and the agent that it had waited for. */
type Gate = { within: BarrierItem | null; closedAt: number; last: Ended }
/** A place in the script, as it was until a moment. */
type Scope = { place: BarrierItem | null; until: number }

/**
 * The chain of agents that decided how long the run took, first one first. Read backwards from the agent that
 * ended last: before an agent came the last of the answers it was built from, or the slowest agent of a
 * barrier that the script left later than that. Where it was built from none, it came after whatever ended
 * last in its own item of a barrier, or around it. A spawned agent came from its parent.
 */
export function criticalPath(history: RunHistory): PathStep[] {
  const ended = [...history.agents.values()].filter(hasEnded).sort(byEnd)
  const barriers = new Map(history.barriers.map((barrier) => [barrier.id, barrier]))
  const gates = gatesOf(history, barriers, new Map(ended.map((track) => [track.id, track])))
  const path: PathStep[] = []
  const seen = new Set<string>()
  let at: { track: AgentTrack; until: number } | null = stepTo(ended.at(-1))
  while (at !== null && !seen.has(at.track.id)) {
    const { track, until } = at
    seen.add(track.id)
    path.push({ agentId: track.id, from: track.createdAt, until })
    const parent = track.parentId === null ? undefined : history.agents.get(track.parentId)
    // The parent still worked: its life up to the spawning is the step before.
    at =
      parent === undefined
        ? stepTo(before(track, ended, gates, barriers))
        : { track: parent, until: track.createdAt }
  }
  return path.reverse()
}

/** How much of the path agents took; the rest was the script, timers and questions. */
export function pathLength(path: readonly PathStep[]): number {
  return path.reduce((sum, { from, until }) => sum + (until - from), 0)
}

function before(
  track: AgentTrack,
  ended: readonly Ended[],
  gates: readonly Gate[],
  barriers: ReadonlyMap<string, BarrierTrack>,
): Ended | undefined {
  const scopes = scopesOf(track, barriers)
  const gate = gates.findLast(({ within, closedAt }) => isWithin(scopes, within, closedAt))
  const built = ended.findLast(
    ({ id, endedAt }) => endedAt <= track.createdAt && track.dependsOn.includes(id),
  )
  if (built !== undefined) return gate !== undefined && gate.closedAt > built.endedAt ? gate.last : built
  const beside = ended.findLast(
    ({ id, parentId, barrier, endedAt }) =>
      id !== track.id && parentId === null && isWithin(scopes, barrier, endedAt),
  )
  if (gate === undefined || beside === undefined) return gate?.last ?? beside
  return gate.closedAt > beside.endedAt ? gate.last : beside
}

/** Where an agent was called, and every place around it, each as it was when the one inside began. */
function scopesOf(track: AgentTrack, barriers: ReadonlyMap<string, BarrierTrack>): Scope[] {
  const own = { place: track.barrier, until: track.createdAt }
  return [
    own,
    ...placesFrom(track.barrier, barriers).map(({ barrier }) => ({
      place: barrier.within,
      until: barrier.openedAt,
    })),
  ]
}

function isWithin(scopes: readonly Scope[], place: BarrierItem | null, at: number): boolean {
  return scopes.some(
    (scope) =>
      at <= scope.until && scope.place?.barrierId === place?.barrierId && scope.place?.item === place?.item,
  )
}

/** All barriers that closed, the earliest first. */
function gatesOf(
  history: RunHistory,
  barriers: ReadonlyMap<string, BarrierTrack>,
  ended: ReadonlyMap<string, Ended>,
): Gate[] {
  const ends = itemEnds(history.agents.values(), barriers)
  return history.barriers
    .flatMap(({ id, within, closedAt }) => {
      const inTime = [...(ends.get(id)?.values() ?? [])].filter(
        ({ at }) => closedAt !== null && at <= closedAt,
      )
      const last = inTime
        .flatMap(({ agentId }) => ended.get(agentId) ?? [])
        .sort(byEnd)
        .at(-1)
      return closedAt === null || last === undefined ? [] : [{ within, closedAt, last }]
    })
    .sort((a, b) => a.closedAt - b.closedAt)
}

function hasEnded(track: AgentTrack): track is Ended {
  return track.endedAt !== null
}

function byEnd(a: Ended, b: Ended): number {
  return a.endedAt - b.endedAt || a.position - b.position
}

function stepTo(track: Ended | undefined): { track: AgentTrack; until: number } | null {
  return track === undefined ? null : { track, until: track.endedAt }
}
