import { orchestratorId } from './map-edges'
import { type Direction, layoutBounds, type MapLayout, railY } from './map-layout'
import type { Box, MapGraph } from './map-shape'

/** Edges that pass over the heads of the groups between: behind them they would seem to go through them. */
export function archedEdges(graph: MapGraph, layout: MapLayout, direction: Direction): ReadonlySet<string> {
  if (direction === 'down') return new Set()
  const order = [...layout.groups].sort((a, b) => a.box.x - b.box.x).map(({ id }) => id)
  const passes = graph.edges.filter(
    ({ from, to }) => from !== orchestratorId && order.indexOf(to) !== order.indexOf(from) + 1,
  )
  return new Set(passes.map(({ id }) => id))
}

/** How far the handles of an arched edge are above its ends; the longer the edge, the higher. */
export function arcHeight(fromX: number, toX: number): number {
  return Math.min(190, 84 + Math.abs(toX - fromX) * 0.045)
}

/** The box around everything that is drawn, arched edges too. */
export function mapBounds(graph: MapGraph, layout: MapLayout, direction: Direction): Box {
  const bounds = layoutBounds(layout)
  const arched = archedEdges(graph, layout, direction)
  const groups = new Map(layout.groups.map((group) => [group.id, group.box]))
  const tops = graph.edges.flatMap(({ id, from, to }) => {
    const [source, target] = [groups.get(from), groups.get(to)]
    if (!arched.has(id) || source === undefined || target === undefined) return []
    // A curve with both handles at one height comes three quarters of the way to them.
    return [Math.min(source.y, target.y) + railY - arcHeight(source.x + source.width, target.x) * 0.75]
  })
  const top = Math.min(bounds.y, ...tops)
  return { ...bounds, y: top, height: bounds.height + bounds.y - top }
}
