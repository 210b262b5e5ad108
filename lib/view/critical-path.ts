import type { AgentTrack, RunHistory } from './timeline-history'

export type PathStep = { agentId: string; from: number; until: number }

/**
 * The chain of agents that decided how long the run took, first one first. Read backwards from the agent that ended
 * last: before an agent came the last of the answers it was built from; where it names none, whatever ended last before
 * it was made, since a script moves only when something ends; and a spawned agent came from its parent.
 */
export function criticalPath(history: RunHistory): PathStep[] {
  const ended = [...history.agents.values()]
    .flatMap((track) => (track.endedAt === null ? [] : [{ track, endedAt: track.endedAt }]))
    .sort((a, b) => a.endedAt - b.endedAt || a.track.position - b.track.position)
  const path: PathStep[] = []
  const seen = new Set<string>()
  let at: { track: AgentTrack; endedAt: number } | undefined = ended.at(-1)
  while (at !== undefined && !seen.has(at.track.id)) {
    seen.add(at.track.id)
    path.push({ agentId: at.track.id, from: at.track.createdAt, until: at.endedAt })
    at = before(at.track, ended)
  }
  return path.reverse()
}

type Ended = { track: AgentTrack; endedAt: number }

function before(track: AgentTrack, ended: readonly Ended[]): Ended | undefined {
  const inTime = ended.filter((one) => one.endedAt <= track.createdAt && one.track.id !== track.id)
  if (track.parentId !== null) {
    const parent = ended.find((one) => one.track.id === track.parentId)
    // The parent still worked: its own life up to the spawning is the step before.
    if (parent !== undefined) return { track: parent.track, endedAt: track.createdAt }
  }
  const built = inTime.filter((one) => track.dependsOn.includes(one.track.id))
  return (built.length > 0 ? built : inTime).at(-1)
}

/** How much of the path agents took; the rest was the script, timers and questions. */
export function pathLength(path: readonly PathStep[]): number {
  return path.reduce((sum, { from, until }) => sum + (until - from), 0)
}
