import type { AgentTrack, RunHistory, TimeSegment } from './timeline-history'
import { isActive } from './timeline-sums'

export type LaneBar = { agentId: string; segment: TimeSegment }

/** One row of the picture: an agent's whole life, or what one slot held in turn. */
export type TimelineRow =
  | { kind: 'agent'; key: string; track: AgentTrack }
  | { kind: 'slot'; key: string; bars: readonly LaneBar[] }

/** One row an agent, in the order of their calls; an agent that was spawned is placed below its parent. */
export function agentTimeline(history: RunHistory, isShown: (agentId: string) => boolean): TimelineRow[] {
  return [...history.agents.values()]
    .filter(({ id }) => isShown(id))
    .sort((a, b) => a.position - b.position)
    .map((track) => ({ kind: 'agent', key: track.id, track }))
}

/**
 * Segments that held a slot, packed into as many rows as slots were in use at once: each goes into the row
 * its agent used last if that is free, else into the first free one.
 */
export function slotTimeline(history: RunHistory, isShown: (agentId: string) => boolean): TimelineRow[] {
  const bars: LaneBar[] = []
  for (const { id, segments } of history.agents.values())
    for (const segment of segments) if (isActive(segment.activity)) bars.push({ agentId: id, segment })
  bars.sort((a, b) => a.segment.from - b.segment.from || (a.agentId < b.agentId ? -1 : 1))
  const freeAt: number[] = []
  const lanes: LaneBar[][] = []
  const lastLane = new Map<string, number>()
  for (const bar of bars) {
    const { from, until } = bar.segment
    const own = lastLane.get(bar.agentId)
    const lane = own !== undefined && (freeAt[own] ?? 0) <= from ? own : firstFree(freeAt, from)
    lastLane.set(bar.agentId, lane)
    freeAt[lane] = until ?? Number.POSITIVE_INFINITY
    const held = lanes[lane]
    if (held === undefined) lanes[lane] = [bar]
    else held.push(bar)
  }
  // Packed before it is filtered, so a filter moves nothing.
  return lanes.map((lane, index) => ({
    kind: 'slot',
    key: `slot ${index + 1}`,
    bars: lane.filter(({ agentId }) => isShown(agentId)),
  }))
}

function firstFree(freeAt: readonly number[], from: number): number {
  const lane = freeAt.findIndex((free) => free <= from)
  return lane < 0 ? freeAt.length : lane
}
