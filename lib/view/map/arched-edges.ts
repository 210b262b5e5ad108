import { plainArrangement, rowsOf } from './arrangement'
import { orchestratorId } from './map-edges'
import { type Direction, railY } from './map-layout'
import type { Box, MapEdge, MapGraph } from './map-shape'
import { layoutBounds, type MapLayout } from './placed-map'

/**
 * How an edge gets to its group: straight; over the heads of the groups between, since behind them it would
 * seem to go through them; or by the gap above the row in which its group stands, at this height.
 */
export type EdgeRoute = { kind: 'straight' } | { kind: 'arched' } | { kind: 'gap'; y: number }

/** The routes of all edges, by their id. */
export function edgeRoutes(
  graph: MapGraph,
  layout: MapLayout,
  direction: Direction,
): ReadonlyMap<string, EdgeRoute> {
  if (direction === 'down') return new Map()
  const rows = rowsOf(layout.groups, layout.arrangement ?? plainArrangement).map((row) =>
    [...row].sort((a, b) => a.box.x - b.box.x),
  )
  const placeOf = new Map(
    rows.flatMap((row, at) => row.map(({ id }, index) => [id, { row: at, index }] as const)),
  )
  const tops = rows.map((row) => Math.min(...row.map(({ box }) => box.y)))
  const route = ({ from, to }: MapEdge): EdgeRoute => {
    const target = placeOf.get(to)
    if (target === undefined) return { kind: 'straight' }
    const source = from === orchestratorId ? { row: 0, index: target.index - 1 } : placeOf.get(from)
    if (source === undefined) return { kind: 'straight' }
    if (source.row !== target.row) return { kind: 'gap', y: (tops[target.row] ?? 0) - gapDepth }
    return { kind: target.index === source.index + 1 ? 'straight' : 'arched' }
  }
  return new Map(graph.edges.map((edge) => [edge.id, route(edge)]))
}

/** How far an edge to another row leaves its ends before it turns. */
export const gapReach = 30

/** How far above a row the edges pass that come from other rows. */
const gapDepth = 34

/** How far the handles of an arched edge are above its ends; the longer the edge, the higher. */
export function arcHeight(fromX: number, toX: number): number {
  return Math.min(190, 84 + Math.abs(toX - fromX) * 0.045)
}

/** The box around everything that is drawn, arched edges too. */
export function mapBounds(graph: MapGraph, layout: MapLayout, direction: Direction): Box {
  const bounds = layoutBounds(layout)
  const routes = edgeRoutes(graph, layout, direction)
  const groups = new Map(layout.groups.map((group) => [group.id, group.box]))
  const tops = graph.edges.flatMap(({ id, from, to }) => {
    const [source, target] = [groups.get(from), groups.get(to)]
    if (routes.get(id)?.kind !== 'arched' || source === undefined || target === undefined) return []
    // A curve with both handles at one height comes three quarters of the route to them.
    return [Math.min(source.y, target.y) + railY - arcHeight(source.x + source.width, target.x) * 0.75]
  })
  const top = Math.min(bounds.y, ...tops)
  // An edge by the gap leaves its ends by a little before it turns.
  const hasGaps = [...routes.values()].some(({ kind }) => kind === 'gap')
  const side = hasGaps ? gapReach : 0
  return {
    x: bounds.x - side,
    y: top,
    width: bounds.width + 2 * side,
    height: bounds.height + bounds.y - top,
  }
}
