import { type CellGrid, cellGrid, cellOrigin } from './cell-grid'
import { type FrameBox, frameBoxes, framePadding } from './map-frames'
import type { Box, MapGraph, MapGroup } from './map-shape'

export type CardGrid = { columns: number; rows: number }
export type GroupBody = { kind: 'cells'; grid: CellGrid } | { kind: 'cards'; grid: CardGrid }
export type PlacedGroup = MapGroup & { box: Box; body: GroupBody }
export type MapLayout = { orchestrator: Box; groups: PlacedGroup[]; frames: FrameBox[] }

/** Above this a group is always one canvas: a card costs a DOM subtree. */
export const mostCards = 40
const openByDefault = 12

export const groupHeader = 64
export const groupFooter = 34
export const groupPadding = 14
/**
 * Edges leave and arrive at the height of the heads, so a group can grow downwards without bending them.
 */
export const railY = 32
export const card = { width: 236, height: 76, gap: 8 }
const columnGap = 124
/** Distance between agents and the groups they started, below them. */
const depthStep = 40
const orchestratorSize = { width: 168, height: 84 }
const emptySize = { width: 148, height: 112 }

/** `right` on a wide page, `down` on a phone. */
export type Direction = 'right' | 'down'

/**
 * Where everything stands: one column a group, in order. A group that has agents keeps its place for good
 * (`before` is the last layout): it grows downwards, and to the right as far as nobody stands there; a new
 * one that does not fit among the others goes to the right of all. `toggled` holds the groups a person opened
 * or closed against the default.
 */
export function layoutMap(
  graph: MapGraph,
  toggled: ReadonlySet<string>,
  direction: Direction = 'right',
  before: MapLayout | null = null,
): MapLayout {
  return direction === 'right' ? layoutRight(graph, toggled, before) : layoutDown(graph, toggled)
}

function layoutRight(graph: MapGraph, toggled: ReadonlySet<string>, before: MapLayout | null): MapLayout {
  const orchestrator = { x: 0, y: railY - orchestratorSize.height / 2, ...orchestratorSize }
  const kept = new Map(
    (before?.groups ?? []).filter(({ agentIds }) => agentIds.length > 0).map(({ id, box }) => [id, box]),
  )
  const starts = [...kept.values()].map(({ x }) => x).sort((a, b) => a - b)
  const placed = new Map<string, PlacedGroup>()
  const late: MapGroup[] = []
  const known = new Map((before?.groups ?? []).map((group) => [group.id, group]))
  let cursor = orchestrator.width + columnGap
  let depth = 0
  const put = (group: MapGroup, box: { x: number; y: number }, mostWidth: number, least: Box | null) => {
    const body = groupBody(group, isOpen(group, toggled), mostWidth)
    const size = group.agentIds.length === 0 ? emptySize : groupSize(body)
    const width = Math.max(size.width, least?.width ?? 0)
    const height = Math.max(size.height, least?.height ?? 0)
    placed.set(group.id, asBefore(known.get(group.id), { ...group, box: { ...box, width, height }, body }))
    cursor = Math.max(cursor, box.x + width + columnGap)
  }
  for (const group of graph.groups) {
    const own = kept.get(group.id)
    const next = starts.find((x) => x > (own?.x ?? cursor - 1)) ?? Number.POSITIVE_INFINITY
    if (own !== undefined) put(group, own, next - own.x - columnGap, own)
    else {
      const x = cursor + framePadding * Math.abs(group.frames.length - depth)
      const body = groupBody(group, isOpen(group, toggled))
      const { width } = group.agentIds.length === 0 ? emptySize : groupSize(body)
      if (x + width + columnGap <= next)
        put(group, { x, y: group.frames.length * depthStep }, Number.POSITIVE_INFINITY, null)
      else late.push(group)
    }
    depth = group.frames.length
  }
  cursor = Math.max(cursor, ...[...kept.values()].map(({ x, width }) => x + width + columnGap))
  for (const group of late) {
    const x = cursor + framePadding * group.frames.length
    put(group, { x, y: group.frames.length * depthStep }, Number.POSITIVE_INFINITY, null)
  }
  const groups = graph.groups.flatMap((group) => placed.get(group.id) ?? [])
  return { orchestrator, groups, frames: frameBoxes(groups) }
}

/** The placed group of the last layout where it is the same one, so its canvas is not redrawn. */
function asBefore(last: PlacedGroup | undefined, next: PlacedGroup): PlacedGroup {
  const isSame =
    last !== undefined &&
    last.agentIds === next.agentIds &&
    last.frames === next.frames &&
    last.rounds === next.rounds &&
    last.body.kind === next.body.kind &&
    last.box.x === next.box.x &&
    last.box.y === next.box.y &&
    last.box.width === next.box.width &&
    last.box.height === next.box.height
  return isSame ? last : next
}

/** On a phone the picture is read from top to bottom, so later groups are placed lower. */
function layoutDown(graph: MapGraph, toggled: ReadonlySet<string>): MapLayout {
  let along = 0
  let depth = 0
  const place = ({ width, height }: { width: number; height: number }): Box => {
    const box = { x: -width / 2, y: along, width, height }
    along += height + 64
    return box
  }
  const orchestrator = place(orchestratorSize)
  const groups = graph.groups.map((group): PlacedGroup => {
    along += framePadding * 2 * Math.abs(group.frames.length - depth)
    depth = group.frames.length
    const body = groupBody(group, isOpen(group, toggled))
    return { ...group, box: place(group.agentIds.length === 0 ? emptySize : groupSize(body)), body }
  })
  return { orchestrator, groups, frames: frameBoxes(groups) }
}

/** Whether a group shows cards: by default when it is small and in one piece, unless a person toggled it. */
export function isOpen(group: MapGroup, toggled: ReadonlySet<string>): boolean {
  const count = group.agentIds.length
  if (count === 0 || count > mostCards) return false
  return (
    (count <= openByDefault && group.rounds.length === 0) !== toggled.has(group.id.replace(/^group:/, ''))
  )
}

/** Centre of an agent's cell or card, in canvas coordinates. */
export function agentPoint(group: PlacedGroup, index: number): { x: number; y: number } {
  const inner = { x: group.box.x + groupPadding, y: group.box.y + groupHeader }
  const room = group.box.width - 2 * groupPadding
  if (group.body.kind === 'cells') {
    const { grid } = group.body
    const origin = cellOrigin(grid, index)
    const left = inner.x + (room - grid.width) / 2
    return { x: left + origin.x + grid.pitch / 2, y: inner.y + origin.y + grid.pitch / 2 }
  }
  const { columns } = group.body.grid
  const left = inner.x + (room - columns * (card.width + card.gap) + card.gap) / 2
  return {
    x: left + (index % columns) * (card.width + card.gap) + card.width / 2,
    y: inner.y + Math.floor(index / columns) * (card.height + card.gap) + card.height / 2,
  }
}

/** The box around everything. */
export function layoutBounds(layout: MapLayout): Box {
  return around([
    layout.orchestrator,
    ...layout.groups.map((group) => group.box),
    ...layout.frames.map(({ box }) => box),
  ])
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  }
}

function groupBody(group: MapGroup, open: boolean, mostWidth: number = Number.POSITIVE_INFINITY): GroupBody {
  const count = group.agentIds.length
  const room = mostWidth - 2 * groupPadding
  const fitting = Math.floor((room + card.gap) / (card.width + card.gap))
  if (!open || fitting < 1) return { kind: 'cells', grid: cellGrid(Math.max(1, count), group.rounds, room) }
  const columns = Math.min(fitting, columnsFor(count))
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

/** Columns in which `count` cards look neither long nor wide. */
function columnsFor(count: number): number {
  if (count <= 5) return 1
  if (count <= 14) return 2
  return count <= 27 ? 3 : 4
}
