import type { Round } from './loop-rounds'

/** One round of a loop in a grid: its agents begin a row of their own, under a line with its number. */
export type Band = Round & { y: number }

/** Geometry of the cells of one group, in the group's own coordinates. */
export type CellGrid = {
  columns: number
  rows: number
  pitch: number
  width: number
  height: number
  /** At least one; several when the group is divided into rounds. */
  bands: readonly Band[]
}

/** Groups grow in steps, so a new agent seldom moves its neighbours. */
const steps = [
  1, 4, 9, 16, 25, 40, 60, 90, 130, 180, 250, 350, 500, 700, 1000, 1400, 2000, 2800, 4000, 6000, 10_000,
]

/** From here on a group is seldom one of many. */
const manyAgents = 500

/** A cell larger than this says no more. */
const largestPitch = 42

/** Height of the line above a round. */
export const roundLine = 22

/**
 * Room for `count` agents: a little taller than wide, since groups stand side by side, and wider than tall
 * where one has so many that it is the picture; smaller cells the more there are. No wider than `mostWidth`:
 * a group with a neighbour grows downwards. An arrangement may scale the cells and ask for another shape,
 * width by height.
 */
export function cellGrid(
  count: number,
  rounds: readonly Round[] = [],
  mostWidth: number = Number.POSITIVE_INFINITY,
  { scale, shape: asked }: { scale: number; shape: number | null } = { scale: 1, shape: null },
): CellGrid {
  const capacity = capacityFor(count)
  const pitch = Math.min(largestPitch, Math.round(pitchFor(capacity) * scale))
  const fitting = Math.max(1, Math.floor(mostWidth / pitch))
  const shape = asked ?? (capacity < manyAgents ? 0.75 : 1.5)
  const columns = Math.min(fitting, Math.max(4, Math.ceil(Math.sqrt(capacity * shape))))
  if (rounds.length < 2) {
    const rows = Math.max(1, Math.ceil(capacity / columns))
    const bands = [{ from: 0, count, y: 0 }]
    return { columns, rows, pitch, width: columns * pitch, height: rows * pitch, bands }
  }
  let y = 0
  let rows = 0
  const bands = rounds.map((round): Band => {
    const band = { ...round, y: y + roundLine }
    const own = Math.ceil(round.count / columns)
    rows += own
    y += roundLine + own * pitch
    return band
  })
  return { columns, rows, pitch, width: columns * pitch, height: y, bands }
}

/** Top left of a cell. */
export function cellOrigin(grid: CellGrid, index: number): { x: number; y: number } {
  const band = bandOf(grid, index)
  const within = index - band.from
  return {
    x: (within % grid.columns) * grid.pitch,
    y: band.y + Math.floor(within / grid.columns) * grid.pitch,
  }
}

/** Which cell is under a point; null outside or past the last agent. */
export function cellAt(grid: CellGrid, count: number, x: number, y: number): number | null {
  if (x < 0 || y < 0 || x >= grid.width || y >= grid.height) return null
  const band = grid.bands.findLast((one) => one.y <= y)
  if (band === undefined) return null
  const within = Math.floor((y - band.y) / grid.pitch) * grid.columns + Math.floor(x / grid.pitch)
  const isLast = band === grid.bands.at(-1)
  const index = band.from + within
  return index < count && (isLast || within < band.count) ? index : null
}

export type CellMove = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/** The cell an arrow key leads to, across rounds too; stays where there is no further one. */
export function moveCell(grid: CellGrid, count: number, index: number, move: CellMove): number {
  if (move === 'first') return 0
  if (move === 'last') return Math.max(0, count - 1)
  if (move === 'left' || move === 'right') return inside(index + (move === 'left' ? -1 : 1), count, index)
  const at = cellOrigin(grid, index)
  const by = move === 'up' ? -1 : 1
  const middle = at.x + grid.pitch / 2
  const own = cellAt(grid, count, middle, at.y + grid.pitch / 2 + by * grid.pitch)
  // Over the line of a round, into the next row.
  return own ?? cellAt(grid, count, middle, at.y + grid.pitch / 2 + by * (grid.pitch + roundLine)) ?? index
}

function inside(to: number, count: number, otherwise: number): number {
  return to < 0 || to >= count ? otherwise : to
}

function bandOf({ bands }: CellGrid, index: number): Band {
  return bands.findLast(({ from }) => from <= index) ?? bands[0] ?? { from: 0, count: 0, y: 0 }
}

function capacityFor(count: number): number {
  return steps.find((step) => step >= count) ?? Math.ceil(count / 5000) * 5000
}

function pitchFor(capacity: number): number {
  if (capacity <= 16) return 34
  if (capacity <= 40) return 28
  if (capacity <= 130) return 22
  if (capacity <= 350) return 17
  if (capacity <= 1000) return 13
  return 9
}
