import { colorScaleAlpha } from '@/lib/view/agent/color-scale'
import type { DisplayStatus } from '@/lib/view/agent/status-display'
import type { Palette } from './palette'

export type CellStyle = {
  displayStatus: DisplayStatus
  /** Bytes arrived a moment ago: drawn brighter. */
  isFresh: boolean
  /** Filtered away: drawn faintly, never hidden, so nothing moves. */
  isFaint: boolean
  /**
   * Step on the scale of a measure; null when it is not known, undefined when cells are coloured by state.
   */
  step: number | null | undefined
}

/** Below this side a glyph is a smudge, and only the fill tells the state. */
const smallestGlyph = 9

/** The square of one agent, and what its state is drawn with. Points are shares of the side, from 0 to 1. */
type Pen = {
  ctx: CanvasRenderingContext2D
  /** In canvas units. */
  x: number
  y: number
  side: number
  palette: Palette
  isFresh: boolean
  /** Whether there is room for a glyph. */
  hasGlyph: boolean
  fill: (alpha: number) => void
  outline: (alpha?: number) => void
  stroke: (...points: [number, number][]) => void
}

function penFor(
  ctx: CanvasRenderingContext2D,
  style: CellStyle,
  place: { x: number; y: number; side: number },
  palette: Palette,
): Pen {
  const { x, y, side } = place
  const faint = style.isFaint ? 0.16 : 1
  const hasGlyph = side >= smallestGlyph
  return {
    ctx,
    ...place,
    palette,
    isFresh: style.isFresh,
    hasGlyph,
    fill: (alpha) => {
      ctx.globalAlpha = alpha * faint
      box(ctx, x, y, side)
      ctx.fill()
      ctx.globalAlpha = faint
    },
    outline: (alpha = 1) => {
      const inset = ctx.lineWidth / 2
      ctx.globalAlpha = alpha * faint
      box(ctx, x + inset, y + inset, side - 2 * inset)
      ctx.stroke()
      ctx.globalAlpha = faint
    },
    stroke: (...points) => {
      if (!hasGlyph) return
      ctx.lineWidth = Math.max(1.1, side * 0.1)
      line(ctx, x, y, side, points)
    },
  }
}

/** How each state is drawn: distinguished by fill and glyph, not by colour alone. */
const drawings: Readonly<Record<DisplayStatus, (pen: Pen) => void>> = {
  queued: ({ ctx, side, hasGlyph, outline }) => {
    if (hasGlyph) ctx.setLineDash([side * 0.14, side * 0.13])
    outline(0.75)
  },
  waiting: ({ fill, outline, stroke }) => {
    fill(0.16)
    outline()
    stroke([0.5, 0.28], [0.5, 0.52], [0.66, 0.62])
  },
  running: ({ ctx, x, y, side, palette, isFresh, fill }) => {
    fill(isFresh ? 0.95 : 0.6)
    ctx.fillStyle = palette.surface
    dot(ctx, x, y, side, isFresh ? 0.17 : 0.13)
  },
  stalled: ({ ctx, x, y, side, fill, outline }) => {
    fill(0.2)
    hatch(ctx, x, y, side)
    outline()
  },
  succeeded: ({ hasGlyph, fill, stroke }) => {
    fill(hasGlyph ? 0.3 : 0.62)
    stroke([0.29, 0.52], [0.44, 0.67], [0.72, 0.35])
  },
  flagged: ({ ctx, x, y, side, fill, outline }) => {
    fill(0.18)
    half(ctx, x, y, side)
    outline()
  },
  failed: ({ ctx, palette, fill, stroke }) => {
    fill(1)
    ctx.strokeStyle = palette.surface
    stroke([0.32, 0.32], [0.68, 0.68])
    stroke([0.68, 0.32], [0.32, 0.68])
  },
  cancelled: ({ outline, stroke }) => {
    outline(0.6)
    stroke([0.3, 0.5], [0.7, 0.5])
  },
  skipped: ({ outline, stroke }) => {
    outline(0.6)
    stroke([0.34, 0.3], [0.52, 0.5], [0.34, 0.7])
    stroke([0.54, 0.3], [0.72, 0.5], [0.54, 0.7])
  },
  reused: ({ ctx, x, y, side, hasGlyph, fill, outline }) => {
    fill(hasGlyph ? 0.14 : 0.45)
    outline()
    if (hasGlyph) ring(ctx, x, y, side)
  },
}

/**
 * Draws one agent as a rounded square with the icon of its status. `x`, `y` and `side` are in canvas units.
 */
export function drawCell(
  ctx: CanvasRenderingContext2D,
  style: CellStyle,
  x: number,
  y: number,
  side: number,
  palette: Palette,
) {
  if (style.step !== undefined) {
    drawWeighted(ctx, style, x, y, side, palette)
    return
  }
  prepare(ctx, side)
  ctx.strokeStyle = palette[style.displayStatus]
  ctx.fillStyle = palette[style.displayStatus]
  drawings[style.displayStatus](penFor(ctx, style, { x, y, side }, palette))
  ctx.globalAlpha = 1
}

function prepare(ctx: CanvasRenderingContext2D, side: number) {
  ctx.lineWidth = Math.max(1, side * 0.075)
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  ctx.setLineDash([])
}

/**
 * One colour, stronger the more an agent weighs. What went wrong keeps its colour, and an unknown weight is
 * crossed out.
 */
function drawWeighted(
  ctx: CanvasRenderingContext2D,
  style: CellStyle,
  x: number,
  y: number,
  side: number,
  palette: Palette,
) {
  const faint = style.isFaint ? 0.16 : 1
  prepare(ctx, side)
  ctx.fillStyle = palette.accent
  ctx.globalAlpha = style.step == null ? 0 : colorScaleAlpha(style.step) * faint
  box(ctx, x, y, side)
  ctx.fill()
  ctx.globalAlpha = faint
  const isBad =
    style.displayStatus === 'failed' || style.displayStatus === 'stalled' || style.displayStatus === 'flagged'
  ctx.strokeStyle = isBad ? palette[style.displayStatus] : palette.queued
  ctx.lineWidth = isBad ? Math.max(1.5, side * 0.11) : Math.max(0.75, side * 0.05)
  if (style.step === null) ctx.setLineDash([side * 0.14, side * 0.13])
  if (!isBad) ctx.globalAlpha = 0.5 * faint
  const inset = ctx.lineWidth / 2
  box(ctx, x + inset, y + inset, side - 2 * inset)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.globalAlpha = 1
}

function box(ctx: CanvasRenderingContext2D, x: number, y: number, side: number) {
  ctx.beginPath()
  ctx.roundRect(x, y, side, side, side * 0.24)
}

function line(ctx: CanvasRenderingContext2D, x: number, y: number, side: number, points: [number, number][]) {
  ctx.setLineDash([])
  ctx.beginPath()
  points.forEach(([px, py], index) => {
    if (index === 0) ctx.moveTo(x + px * side, y + py * side)
    else ctx.lineTo(x + px * side, y + py * side)
  })
  ctx.stroke()
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, side: number, radius: number) {
  ctx.beginPath()
  ctx.arc(x + side / 2, y + side / 2, side * radius, 0, Math.PI * 2)
  ctx.fill()
}

function ring(ctx: CanvasRenderingContext2D, x: number, y: number, side: number) {
  ctx.beginPath()
  ctx.arc(x + side / 2, y + side / 2, side * 0.2, 0, Math.PI * 2)
  ctx.stroke()
}

function half(ctx: CanvasRenderingContext2D, x: number, y: number, side: number) {
  ctx.save()
  box(ctx, x, y, side)
  ctx.clip()
  ctx.fillRect(x + side / 2, y, side / 2, side)
  ctx.restore()
}

function hatch(ctx: CanvasRenderingContext2D, x: number, y: number, side: number) {
  ctx.save()
  box(ctx, x, y, side)
  ctx.clip()
  ctx.lineWidth = Math.max(1, side * 0.09)
  for (let shift = -side; shift < side; shift += side * 0.3) {
    ctx.beginPath()
    ctx.moveTo(x + shift, y + side)
    ctx.lineTo(x + shift + side, y)
    ctx.stroke()
  }
  ctx.restore()
}
