import type { Round } from './loop-rounds'

export type Box = { x: number; y: number; width: number; height: number }

/** What encloses groups: a called workflow, or what the agents of one group started. */
export type MapFrame = { id: string; label: string; kind: 'workflow' | 'spawn' }

export type MapGroup = {
  id: string
  title: string
  detail: string | null
  agentIds: readonly string[]
  /** The group whose agents started these; null for calls of a script. */
  hostId: string | null
  /** From the outermost in. */
  frames: readonly MapFrame[]
  rounds: readonly Round[]
}

export type MapGraph = { groups: MapGroup[]; edges: MapEdge[]; idle: { sumMs: number; worstMs: number } }

/**
 * How agents pass from group to group: all arrive and then the next begins, each goes on by itself, or
 * neither.
 */
export type Flow = 'barrier' | 'pipeline' | 'plain'

/**
 * `data`: answers travelled. `order`: phases follow one another. `spawn`: script or agents asked for these
 * agents.
 */
export type MapEdge = {
  id: string
  from: string
  to: string
  kind: 'data' | 'order' | 'spawn'
  flow: Flow
  /** How many agent-to-agent links it represents. */
  links: number
  /** Different answers that travelled, how many of them are flagged, and the names of some of those. */
  answers: number
  flagged: number
  flaggedLabels: readonly string[]
  /** What waiting at its barrier cost; null where nothing waited, or on another edge of the same group. */
  idle: { sumMs: number; worstMs: number; slowest: string } | null
}
