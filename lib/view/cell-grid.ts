/** Geometry of the cells of one group, in the group's own coordinates. */
export type CellGrid = { columns: number; rows: number; pitch: number; width: number; height: number }

/** Groups grow in steps, so that a new agent seldom moves its neighbours. */
const steps = [1, 4, 9, 16, 25, 40, 60, 90, 130, 180, 250, 350, 500, 700, 1000, 1400, 2000, 2800, 4000, 6000, 10_000]

/** Room for `count` agents: a little taller than wide, since groups stand side by side; smaller cells the more there are. */
export function cellGrid(count: number): CellGrid {
  const capacity = capacityFor(count)
  const columns = Math.max(4, Math.ceil(Math.sqrt(capacity * 0.75)))
  const rows = Math.max(1, Math.ceil(capacity / columns))
  const pitch = pitchFor(capacity)
  return { columns, rows, pitch, width: columns * pitch, height: rows * pitch }
}

/** Top left of a cell. */
export function cellOrigin(grid: CellGrid, index: number): { x: number; y: number } {
  return { x: (index % grid.columns) * grid.pitch, y: Math.floor(index / grid.columns) * grid.pitch }
}

/** Which cell is under a point; null outside or past the last agent. */
export function cellAt(grid: CellGrid, count: number, x: number, y: number): number | null {
  if (x < 0 || y < 0 || x >= grid.width || y >= grid.height) return null
  const index = Math.floor(y / grid.pitch) * grid.columns + Math.floor(x / grid.pitch)
  return index < count ? index : null
}

export type CellMove = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/** The cell an arrow key leads to; stays where there is no further one. */
export function moveCell(grid: CellGrid, count: number, index: number, move: CellMove): number {
  const to = {
    left: index - 1,
    right: index + 1,
    up: index - grid.columns,
    down: index + grid.columns,
    first: 0,
    last: count - 1,
  }[move]
  return to < 0 || to >= count ? index : to
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
