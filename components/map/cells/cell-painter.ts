import type { RunView } from '@/lib/client/run/run-view'
import type { AgentState } from '@/lib/core/agent/agent'
import { type AgentFilter, isFiltering, passes } from '@/lib/view/agent/agent-rows'
import { type ColorBy, stepOf, topOf, weightOf } from '@/lib/view/agent/color-scale'
import { displayStatusOf } from '@/lib/view/agent/status-display'
import { type CellGrid, cellOrigin } from '@/lib/view/map/cell-grid'
import { type CellStyle, drawCell } from './draw-cell'
import type { Palette } from './palette'

/** Bytes younger than this make a running cell bright. */
const freshMs = 700

export type PainterInput = {
  ids: readonly string[]
  grid: CellGrid
  filter: AgentFilter
  scale: number
  palette: Palette
  colorBy: ColorBy
}

/** Keeps a canvas true to a group: draws every cell once, then only those whose style has changed. */
export function createPainter(canvas: HTMLCanvasElement) {
  let input: PainterInput | null = null
  let drawn: string[] = []
  /** The agents as last drawn: one that is the same and not at work looks the same. */
  let seen: (AgentState | undefined)[] = []

  const begin = (next: PainterInput) => {
    input = next
    drawn = []
    seen = []
    canvas.width = Math.ceil(next.grid.width * next.scale)
    canvas.height = Math.ceil(next.grid.height * next.scale)
  }

  const paint = (view: RunView, nowMs: number) => {
    const ctx = canvas.getContext('2d')
    if (ctx === null || input === null || view.state === null) return
    const { ids, grid, filter, scale, palette, colorBy } = input
    const filters = isFiltering(filter)
    const top = colorBy === 'state' ? 0 : topOf(view.state, colorBy, nowMs)
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    const gap = Math.max(1.5, grid.pitch * 0.14)
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] ?? ''
      const agent = view.state.agents.get(id)
      if (agent === undefined || (agent === seen[index] && agent.status !== 'running' && colorBy === 'state'))
        continue
      seen[index] = agent
      const style = cellStyleOf(view, agent, nowMs, filters ? filter : null, colorBy, top)
      const key = `${style.displayStatus}${style.isFresh ? 1 : 0}${style.isFaint ? 1 : 0}${style.step}`
      if (drawn[index] === key) continue
      drawn[index] = key
      const { x, y } = cellOrigin(grid, index)
      ctx.clearRect(x, y, grid.pitch, grid.pitch)
      drawCell(ctx, style, x + gap / 2, y + gap / 2, grid.pitch - gap, palette)
    }
  }
  return { begin, paint }
}

function cellStyleOf(
  view: RunView,
  agent: AgentState,
  nowMs: number,
  filter: AgentFilter | null,
  colorBy: ColorBy,
  top: number,
): CellStyle {
  const displayStatus = displayStatusOf(agent)
  const lastByteAt = displayStatus === 'running' ? view.pulses.get(agent.id)?.lastByteAt : undefined
  return {
    displayStatus,
    isFresh: lastByteAt !== undefined && nowMs - Date.parse(lastByteAt) < freshMs,
    isFaint: filter !== null && !passes(agent, filter),
    step: colorBy === 'state' ? undefined : stepOf(weightOf(agent, colorBy, nowMs), top),
  }
}
