import { bestArranged, plainArrangement, rowsOf } from './arrangement'
import { cellGrid, cellOrigin } from './cell-grid'
import { type FrameBox, frameBoxes, framePadding } from './map-frames'
import type { Box, MapGraph, MapGroup } from './map-shape'
import {
  type Arrangement,
  type GroupBody,
  layoutBounds,
  type MapLayout,
  type PlacedGroup,
} from './placed-map'

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
const columnGap = 104
/** Room between two rows of groups: edges from the end of one to the start of the next pass here. */
const rowGap = 76
/** Distance between agents and the groups they started, below them. */
const depthStep = 40
const orchestratorSize = { width: 168, height: 84 }
const emptySize = { width: 148, height: 112 }

/** `right` on a wide page, `down` on a phone. */
export type Direction = 'right' | 'down'

/** What the person asked for, and the pixels there are to draw in. */
export type LayoutChoice = {
  /** Groups that a person opened or closed against the default. */
  toggled: ReadonlySet<string>
  direction: Direction
  /** In pixels of the screen, without margins; null while it is not known. */
  room: { width: number; height: number } | null
  /** Whether groups may be arranged anew where that would make them larger. */
  mayRearrange: boolean
}

/**
 * Where everything stands. On a wide page groups stand in order in as many rows as make them largest on the
 * screen (`arrangement.ts`). Within an arrangement a group that has agents keeps its place in its row
 * (`before` is the last layout): it grows downwards, and to the right as far as nobody stands there; a new
 * one that does not fit among the others goes to the right of all. On a phone one stands below the other, as
 * wide as the screen.
 */
export function layoutMap(
  graph: MapGraph,
  { toggled, direction, room, mayRearrange }: LayoutChoice,
  before: MapLayout | null = null,
): MapLayout {
  if (direction === 'down') return layoutDown(graph, toggled, room)
  const kept = before?.arrangement ?? null
  const lay = (arrangement: Arrangement): MapLayout => ({
    ...layoutRows(graph, toggled, arrangement, arrangement === kept ? before : null),
    room,
  })
  if (room === null || (kept !== null && !mayRearrange)) return lay(kept ?? plainArrangement)
  if (kept !== null && before !== null) {
    // Agents that found room in their groups are no reason to compare arrangements again.
    const next = lay(kept)
    if (isAlike(before, next)) return next
  }
  return bestArranged(
    graph.groups.map(({ id }) => id),
    room,
    kept,
    lay,
  )
}

/** Whether two layouts in one arrangement come out at the same size, in the same room. */
function isAlike(before: MapLayout, next: MapLayout): boolean {
  const [a, b] = [layoutBounds(before), layoutBounds(next)]
  return (
    before.groups.length === next.groups.length &&
    before.room?.width === next.room?.width &&
    before.room?.height === next.room?.height &&
    a.width === b.width &&
    a.height === b.height
  )
}

/** Rows of groups, one below the other; in each they stand side by side. */
function layoutRows(
  graph: MapGraph,
  toggled: ReadonlySet<string>,
  arrangement: Arrangement,
  before: MapLayout | null,
): Omit<MapLayout, 'room'> {
  const orchestrator = { x: 0, y: railY - orchestratorSize.height / 2, ...orchestratorSize }
  const known = new Map((before?.groups ?? []).map((group) => [group.id, group]))
  const groups: PlacedGroup[] = []
  const frames: FrameBox[] = []
  let top = 0
  for (const [at, row] of rowsOf(graph.groups, arrangement).entries()) {
    const start = at === 0 ? orchestrator.width + columnGap : 0
    const placed = layoutRow(row, { toggled, arrangement, start, top, known })
    groups.push(...placed)
    const own = frameBoxes(placed)
    frames.push(...own)
    const boxes = [...placed.map(({ box }) => box), ...own.map(({ box }) => box)]
    top = Math.max(top, ...boxes.map(({ y, height }) => y + height)) + rowGap
  }
  return { orchestrator, groups, frames, arrangement }
}

type RowPlace = {
  toggled: ReadonlySet<string>
  arrangement: Arrangement
  start: number
  top: number
  known: ReadonlyMap<string, PlacedGroup>
}

function layoutRow(
  row: readonly MapGroup[],
  { toggled, arrangement, start, top, known }: RowPlace,
): PlacedGroup[] {
  const kept = new Map(
    row.flatMap(({ id }) => {
      const last = known.get(id)
      return last === undefined || last.agentIds.length === 0 ? [] : [[id, last.box] as const]
    }),
  )
  const starts = [...kept.values()].map(({ x }) => x).sort((a, b) => a - b)
  const placed = new Map<string, PlacedGroup>()
  const late: MapGroup[] = []
  const bodyOf = (group: MapGroup, mostWidth: number) =>
    groupBody(group, isOpen(group, toggled), mostWidth, arrangement)
  let cursor = start
  let depth = 0
  const put = (group: MapGroup, x: number, mostWidth: number, least: Box | null) => {
    const body = bodyOf(group, mostWidth)
    const size = group.agentIds.length === 0 ? emptySize : groupSize(body)
    const width = Math.max(size.width, least?.width ?? 0)
    const height = Math.max(size.height, least?.height ?? 0)
    const box = { x, y: top + group.frames.length * depthStep, width, height }
    placed.set(group.id, asBefore(known.get(group.id), { ...group, box, body }))
    cursor = Math.max(cursor, x + width + columnGap)
  }
  for (const group of row) {
    const own = kept.get(group.id)
    const next = starts.find((x) => x > (own?.x ?? cursor - 1)) ?? Number.POSITIVE_INFINITY
    if (own !== undefined) put(group, own.x, next - own.x - columnGap, own)
    else {
      const x = cursor + framePadding * Math.abs(group.frames.length - depth)
      const body = bodyOf(group, Number.POSITIVE_INFINITY)
      const { width } = group.agentIds.length === 0 ? emptySize : groupSize(body)
      if (x + width + columnGap <= next) put(group, x, Number.POSITIVE_INFINITY, null)
      else late.push(group)
    }
    depth = group.frames.length
  }
  cursor = Math.max(cursor, ...[...kept.values()].map(({ x, width }) => x + width + columnGap))
  for (const group of late)
    put(group, cursor + framePadding * group.frames.length, Number.POSITIVE_INFINITY, null)
  return row.flatMap((group) => placed.get(group.id) ?? [])
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
function layoutDown(graph: MapGraph, toggled: ReadonlySet<string>, room: LayoutChoice['room']): MapLayout {
  const mostWidth = room === null ? Number.POSITIVE_INFINITY : Math.max(220, room.width)
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
    const body = groupBody(group, isOpen(group, toggled), mostWidth)
    return { ...group, box: place(group.agentIds.length === 0 ? emptySize : groupSize(body)), body }
  })
  return { orchestrator, groups, frames: frameBoxes(groups), arrangement: null, room: null }
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

function groupBody(
  group: MapGroup,
  open: boolean,
  mostWidth: number,
  arrangement: Arrangement = plainArrangement,
): GroupBody {
  const count = group.agentIds.length
  const room = mostWidth - 2 * groupPadding
  const fitting = Math.floor((room + card.gap) / (card.width + card.gap))
  if (!open || fitting < 1)
    return { kind: 'cells', grid: cellGrid(Math.max(1, count), group.rounds, room, arrangement) }
  const columns = Math.min(fitting, columnsFor(count, arrangement.shape))
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

/** Columns in which `count` cards look neither long nor wide, or as much of either as the shape asks for. */
function columnsFor(count: number, shape: number | null): number {
  if (shape !== null) {
    const wide = Math.sqrt((count * shape * card.height) / card.width)
    return Math.min(count, Math.max(1, Math.round(wide)))
  }
  if (count <= 5) return 1
  if (count <= 14) return 2
  return count <= 27 ? 3 : 4
}
