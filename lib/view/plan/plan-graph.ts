import type { Plan } from '@/lib/api/plan'

/** Most dots drawn for a phase; in a wider phase the middle dot represents the rest. */
const MOST_DOTS = 5

/**
 * Sizes in the picture's own units. A column is as wide as the label below it (12 characters of 9 units, about 5.3
 * units each); the last one has room for half of its label at its right.
 */
export const planGraphSize = {
  column: 66,
  row: 13,
  height: 13 * MOST_DOTS + 22,
  left: 14,
  right: 34,
} as const

export type PlanDot = { x: number; y: number; isRest: boolean }
export type PlanColumn = { title: string; agents: number | null; x: number; dots: PlanDot[] }
export type PlanGraph = {
  width: number
  height: number
  start: { x: number; y: number }
  columns: PlanColumn[]
  lines: string[]
}

/**
 * The plan as a graph: the orchestrator, then a column a phase, wide phases as fans. Null where no phase is
 * known.
 */
export function planGraph(plan: Plan): PlanGraph | null {
  const titles = [
    ...new Set([...plan.phases.map(({ title }) => title), ...plan.rows.map(({ phase }) => phase)]),
  ]
  if (titles.length === 0) return null
  const { column, height, left, right } = planGraphSize
  const middle = (height - 18) / 2
  const start = { x: left, y: middle }
  const columns = titles.map((title, at): PlanColumn => {
    const likely = plan.rows
      .filter(({ phase }) => phase === title)
      .reduce((sum, { agents }) => sum + agents.likely, 0)
    const agents = likely === 0 ? null : Math.round(likely)
    const x = left + (at + 1) * column
    return { title, agents, x, dots: dotsOf(agents ?? 1, x, middle) }
  })
  const before = [[{ ...start, isRest: false }], ...columns.map(({ dots }) => dots)]
  const lines = columns.flatMap(({ dots }, at) => linesBetween(before[at] ?? [], dots))
  return { width: left + columns.length * column + right, height, start, columns, lines }
}

function dotsOf(agents: number, x: number, middle: number): PlanDot[] {
  const count = Math.min(MOST_DOTS, Math.max(1, agents))
  return Array.from({ length: count }, (_, at) => ({
    x,
    y: middle + (at - (count - 1) / 2) * planGraphSize.row,
    isRest: agents > MOST_DOTS && at === (count - 1) / 2,
  }))
}

/** As many on both sides: each to its own. Otherwise everybody to everybody, which draws fans. */
function linesBetween(from: readonly PlanDot[], to: readonly PlanDot[]): string[] {
  const pairs =
    from.length === to.length
      ? from.map((dot, at) => [dot, to[at]] as const)
      : from.flatMap((a) => to.map((b) => [a, b] as const))
  return pairs.flatMap(([a, b]) => {
    if (b === undefined) return []
    const bend = (b.x - a.x) / 2
    return [`M ${a.x + 5} ${a.y} C ${a.x + bend} ${a.y}, ${b.x - bend} ${b.y}, ${b.x - 5} ${b.y}`]
  })
}
