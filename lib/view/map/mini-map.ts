import { agentCount } from '@/lib/core/agent/agent-status'
import type { PhaseState } from '@/lib/core/agent/phase-state'
import type { DisplayStatus } from '../agent/status-display'
import { segments } from '../timeline/phase-progress'

/** A cell of the miniature: where it stands, in cells, and what it stands for. */
export type MiniCell = { x: number; y: number; displayStatus: DisplayStatus }

/** Cells of a miniature: `columns` wide and `rows` high; each stands for `perCell` agents, or fewer. */
export type MiniMap = { cells: MiniCell[]; columns: number; rows: number; perCell: number }

/**
 * A run in a few cells, phase after phase with a gap between them, so that it fits into a row of a list. A
 * state with any agent has a cell: one failure among a thousand is seen. Null without agents.
 */
export function miniMap(
  phases: readonly Pick<PhaseState, 'counts'>[],
  rows: number,
  mostColumns: number,
): MiniMap | null {
  const begun = phases.map(({ counts }) => counts).filter((counts) => agentCount(counts) > 0)
  const all = begun.reduce((sum, counts) => sum + agentCount(counts), 0)
  if (all === 0) return null
  let perCell = 1
  for (let drawn = draw(begun, rows, perCell); ; drawn = draw(begun, rows, perCell)) {
    // Phases of which each needs a column may be more than fit; the rest stays undrawn then.
    if (drawn.columns <= mostColumns || perCell >= all)
      return { ...drawn, cells: drawn.cells.filter(({ x }) => x < mostColumns), rows, perCell }
    perCell *= 2
  }
}

function draw(
  phases: readonly PhaseState['counts'][],
  rows: number,
  perCell: number,
): { cells: MiniCell[]; columns: number } {
  const cells: MiniCell[] = []
  let left = 0
  for (const counts of phases) {
    const states = segments(counts).flatMap(({ displayStatus, count }) =>
      Array.from({ length: Math.ceil(count / perCell) }, () => displayStatus),
    )
    for (const [at, displayStatus] of states.entries())
      cells.push({ x: left + Math.floor(at / rows), y: at % rows, displayStatus })
    left += Math.ceil(states.length / rows) + 1
  }
  return { cells, columns: left - 1 }
}
