import type { CellGrid } from './cell-grid'
import type { FrameBox } from './map-frames'
import type { Box, MapGroup } from './map-shape'

/** How groups share a wide page. */
export type Arrangement = {
  /** The groups with which a row begins, but for the first. */
  breaks: readonly string[]
  /** Factor on the size of cells. */
  scale: number
  /** Width by height of what a group holds; null for what looks best by itself. */
  shape: number | null
}

export type CardGrid = { columns: number; rows: number }
export type GroupBody = { kind: 'cells'; grid: CellGrid } | { kind: 'cards'; grid: CardGrid }
export type PlacedGroup = MapGroup & { box: Box; body: GroupBody }
export type MapLayout = {
  orchestrator: Box
  groups: PlacedGroup[]
  frames: FrameBox[]
  /** How it was arranged; null where groups stand one below the other. */
  arrangement: Arrangement | null
  /** The pixels for which that arrangement was found; null where none was looked for. */
  room: { width: number; height: number } | null
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
