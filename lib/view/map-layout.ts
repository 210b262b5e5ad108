import { type CellGrid, cellGrid, cellOrigin } from './cell-grid'
import type { MapGraph, MapGroup } from './map-graph'

export type Box = { x: number; y: number; width: number; height: number }
export type CardGrid = { columns: number; rows: number }
export type GroupBody = { kind: 'cells'; grid: CellGrid } | { kind: 'cards'; grid: CardGrid }
export type PlacedGroup = MapGroup & { box: Box; body: GroupBody }
export type MapLayout = { orchestrator: Box; groups: PlacedGroup[] }

/** Above this a group is always one canvas: a card costs a DOM subtree. */
export const mostCards = 40
const openByDefault = 12

export const groupHeader = 64
export const groupFooter = 34
export const groupPadding = 14
export const card = { width: 236, height: 76, gap: 8 }
const columnGap = 64
const orchestratorSize = { width: 156, height: 84 }
const emptySize = { width: 148, height: 112 }

/** `right` on a wide page, `down` on a phone. */
export type Direction = 'right' | 'down'

/**
 * Where everything stands: one column a phase, in order, centred on one line, so that later phases only ever add to
 * the right (or below). `toggled` holds the groups a person opened or closed against the default.
 */
export function layoutMap(graph: MapGraph, toggled: ReadonlySet<string>, direction: Direction = 'right'): MapLayout {
  const place = placer(direction)
  const orchestrator = place(orchestratorSize)
  const groups = graph.groups.map((group): PlacedGroup => {
    const body = groupBody(group, isOpen(group, toggled))
    const size = group.agentIds.length === 0 ? emptySize : groupSize(body)
    return { ...group, box: place(size), body }
  })
  return { orchestrator, groups }
}

/** Puts one box after the other along a line. */
function placer(direction: Direction): (size: { width: number; height: number }) => Box {
  let along = 0
  return ({ width, height }) => {
    const at = along
    along += (direction === 'right' ? width : height) + columnGap
    return direction === 'right' ? { x: at, y: -height / 2, width, height } : { x: -width / 2, y: at, width, height }
  }
}

/** Whether a group shows cards: by default when it is small, unless a person toggled it. */
export function isOpen(group: MapGroup, toggled: ReadonlySet<string>): boolean {
  const count = group.agentIds.length
  if (count === 0 || count > mostCards) return false
  return count <= openByDefault !== toggled.has(group.title)
}

/** Centre of an agent's cell or card, in canvas coordinates. */
export function agentPoint(group: PlacedGroup, index: number): { x: number; y: number } {
  const inner = { x: group.box.x + groupPadding, y: group.box.y + groupHeader }
  if (group.body.kind === 'cells') {
    const { grid } = group.body
    const origin = cellOrigin(grid, index)
    const left = inner.x + (group.box.width - 2 * groupPadding - grid.width) / 2
    return { x: left + origin.x + grid.pitch / 2, y: inner.y + origin.y + grid.pitch / 2 }
  }
  const { columns } = group.body.grid
  return {
    x: inner.x + (index % columns) * (card.width + card.gap) + card.width / 2,
    y: inner.y + Math.floor(index / columns) * (card.height + card.gap) + card.height / 2,
  }
}

/** The box around everything. */
export function layoutBounds(layout: MapLayout): Box {
  const boxes = [layout.orchestrator, ...layout.groups.map((group) => group.box)]
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  }
}

function groupBody(group: MapGroup, open: boolean): GroupBody {
  const count = group.agentIds.length
  if (!open) return { kind: 'cells', grid: cellGrid(Math.max(1, count)) }
  const columns = count <= 5 ? 1 : count <= 14 ? 2 : count <= 27 ? 3 : 4
  return { kind: 'cards', grid: { columns, rows: Math.ceil(count / columns) } }
}

function groupSize(body: GroupBody): { width: number; height: number } {
  const around = groupHeader + groupFooter
  if (body.kind === 'cells') {
    return { width: Math.max(196, body.grid.width + 2 * groupPadding), height: body.grid.height + around }
  }
  const { columns, rows } = body.grid
  return {
    width: columns * card.width + (columns - 1) * card.gap + 2 * groupPadding,
    height: rows * card.height + (rows - 1) * card.gap + around,
  }
}
