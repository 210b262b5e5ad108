import { cutText } from '@/lib/core/base/cut-text'
import type { DisplayStatus } from '@/lib/view/agent/status-display'
import type { RunHistory, TimeSegment } from '@/lib/view/timeline/timeline-history'
import type { TimelineRow } from '@/lib/view/timeline/timeline-lanes'
import { formatMoment, type TimeScale, type TimeWindow, ticks } from '@/lib/view/timeline/timeline-scale'
import type { Idle } from '@/lib/view/timeline/timeline-sums'
import { drawSegment } from './draw-segment'
import { segmentStyles, type TimelinePalette } from './style'

export const ROW_HEIGHT = 20
export const AXIS_HEIGHT = 24

export type TimelineScene = {
  history: RunHistory
  rows: readonly TimelineRow[]
  scale: TimeScale
  window: TimeWindow
  idle: ReadonlyMap<string, Idle>
  /** Agents of the critical path; null when it was not asked for. */
  path: ReadonlySet<string> | null
  displayStatusOf: (agentId: string) => DisplayStatus | null
  now: number
  width: number
  height: number
  scrollTop: number
  /** Width of the labels on the left. */
  gutter: number
  selected: string | null
  row: number | null
  /** The moment that is replayed, and the part of time that filters; milliseconds since the origin. */
  playhead: number | null
  brush: { from: number; until: number } | null
  palette: TimelinePalette
}

/** Draws the rows on screen and nothing else: a thousand agents cost as much as forty. */
export function drawTimeline(ctx: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { width, height, palette } = scene
  ctx.clearRect(0, 0, width, height)
  ctx.font = `11px ${palette.font}`
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 1
  ctx.save()
  ctx.beginPath()
  ctx.rect(scene.gutter, 0, width - scene.gutter, height)
  ctx.clip()
  drawBack(ctx, scene)
  ctx.restore()
  const first = Math.max(0, Math.floor(scene.scrollTop / ROW_HEIGHT))
  const last = Math.min(
    scene.rows.length - 1,
    Math.ceil((scene.scrollTop + height - AXIS_HEIGHT) / ROW_HEIGHT),
  )
  ctx.save()
  ctx.beginPath()
  ctx.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT)
  ctx.clip()
  for (let index = first; index <= last; index += 1) drawRow(ctx, scene, index)
  ctx.restore()
  drawAxis(ctx, scene)
}

/** The x coordinate of a time (milliseconds since 1970) on the canvas. */
export function xOf(
  scene: Pick<TimelineScene, 'history' | 'scale' | 'window' | 'gutter' | 'width'>,
  at: number,
): number {
  const { from, until } = scene.window
  const share = (scene.scale.squeeze(at - scene.history.origin) - from) / Math.max(1e-6, until - from)
  return scene.gutter + share * (scene.width - scene.gutter)
}

function drawBack(ctx: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { palette, history, height } = scene
  const x = (ms: number) => xOf(scene, history.origin + ms)
  for (const gap of scene.scale.gaps) {
    ctx.fillStyle = palette.sunken ?? ''
    ctx.fillRect(x(gap.from), AXIS_HEIGHT, Math.max(2, x(gap.until) - x(gap.from)), height)
  }
  if (scene.brush !== null) {
    ctx.fillStyle = palette['accent-soft'] ?? ''
    ctx.fillRect(x(scene.brush.from), AXIS_HEIGHT, x(scene.brush.until) - x(scene.brush.from), height)
  }
}

function drawRow(ctx: CanvasRenderingContext2D, scene: TimelineScene, index: number): void {
  const row = scene.rows[index]
  if (row === undefined) return
  const { palette, width } = scene
  const y = AXIS_HEIGHT + index * ROW_HEIGHT - scene.scrollTop
  const isSelected = row.kind === 'agent' && row.key === scene.selected
  if (isSelected || index === scene.row) {
    ctx.fillStyle = (isSelected ? palette['accent-soft'] : palette.hover) ?? ''
    ctx.fillRect(0, y, width, ROW_HEIGHT)
  }
  ctx.save()
  ctx.beginPath()
  ctx.rect(scene.gutter, y, width - scene.gutter, ROW_HEIGHT)
  ctx.clip()
  if (row.kind === 'agent') drawAgent(ctx, scene, row, y)
  else drawSlot(ctx, scene, row, y)
  ctx.restore()
  ctx.globalAlpha = 1
  ctx.fillStyle = (isSelected ? palette.ink : palette['ink-2']) ?? ''
  ctx.textAlign = 'left'
  ctx.fillText(
    fitted(ctx, row.kind === 'agent' ? row.track.label : row.key, scene.gutter - 20),
    12,
    y + ROW_HEIGHT / 2,
  )
}

function drawAgent(
  ctx: CanvasRenderingContext2D,
  scene: TimelineScene,
  row: RowOf<'agent'>,
  y: number,
): void {
  const { key, track } = row
  const alpha = alphaOf(scene, key)
  drawIdle(ctx, scene, key, y, alpha)
  for (const segment of track.segments) bar(ctx, scene, segment, y, alpha)
  if (track.endedAt !== null) drawEnd(ctx, scene, key, track.endedAt, y, alpha)
  if (scene.path?.has(key)) underline(ctx, scene, track.createdAt, track.endedAt, y)
}

function drawSlot(ctx: CanvasRenderingContext2D, scene: TimelineScene, row: RowOf<'slot'>, y: number): void {
  for (const { agentId, segment } of row.bars) {
    bar(ctx, scene, segment, y, alphaOf(scene, agentId))
    if (agentId === scene.selected) underline(ctx, scene, segment.from, segment.until, y)
  }
}

type RowOf<K extends TimelineRow['kind']> = Extract<TimelineRow, { kind: K }>

/** Agents beside the critical path are faint while it is shown. */
function alphaOf({ path }: TimelineScene, agentId: string): number {
  return path === null || path.has(agentId) ? 1 : 0.22
}

function bar(
  ctx: CanvasRenderingContext2D,
  scene: TimelineScene,
  segment: TimeSegment,
  y: number,
  alpha: number,
): void {
  const from = xOf(scene, segment.from)
  const until = xOf(scene, segment.until ?? scene.now)
  if (until < scene.gutter || from > scene.width) return
  const isAhead = scene.playhead !== null && segment.from - scene.history.origin > scene.playhead
  ctx.globalAlpha = alpha * (isAhead ? 0.3 : 1)
  const style = segmentStyles[segment.activity]
  // Cut to the screen: patterns are drawn stroke by stroke, and a zoomed bar may be miles long.
  const x = Math.max(from, scene.gutter - 10)
  const width = Math.min(until, scene.width + 10) - x
  drawSegment(ctx, style, scene.palette[style.token] ?? '', { x, y: y + 3, width, height: ROW_HEIGHT - 6 })
  ctx.globalAlpha = 1
}

/** The answer is ready while `parallel()` waits for others: a thin double line to the end of the barrier. */
function drawIdle(
  ctx: CanvasRenderingContext2D,
  scene: TimelineScene,
  id: string,
  y: number,
  alpha: number,
): void {
  const idle = scene.idle.get(id)
  if (idle === undefined) return
  const x = xOf(scene, idle.from)
  const until = xOf(scene, idle.until)
  ctx.globalAlpha = alpha * 0.6
  ctx.fillStyle = scene.palette['line-strong'] ?? ''
  ctx.fillRect(x, y + ROW_HEIGHT / 2 - 2, until - x, 1)
  ctx.fillRect(x, y + ROW_HEIGHT / 2 + 1, until - x, 1)
  ctx.fillRect(until - 1, y + 4, 1, ROW_HEIGHT - 8)
  ctx.globalAlpha = 1
}

function drawEnd(
  ctx: CanvasRenderingContext2D,
  scene: TimelineScene,
  id: string,
  endedAt: number,
  y: number,
  alpha: number,
): void {
  const displayStatus = scene.displayStatusOf(id)
  const glyph = displayStatus === null ? undefined : endGlyphs[displayStatus]
  if (glyph === undefined || displayStatus === null) return
  ctx.globalAlpha = alpha
  ctx.fillStyle = scene.palette[displayStatus] ?? scene.palette.ink ?? ''
  ctx.textAlign = 'left'
  ctx.fillText(glyph, xOf(scene, endedAt) + 3, y + ROW_HEIGHT / 2)
  ctx.globalAlpha = 1
}

/** Endings worth a glyph; a plain success is the rule. */
export const endGlyphs: Partial<Record<DisplayStatus, string>> = {
  failed: '✕',
  flagged: '◐',
  cancelled: '–',
  skipped: '»',
  reused: '◎',
}

function underline(
  ctx: CanvasRenderingContext2D,
  scene: TimelineScene,
  from: number,
  until: number | null,
  y: number,
): void {
  const x = xOf(scene, from)
  ctx.fillStyle = scene.palette.accent ?? ''
  ctx.fillRect(x, y + ROW_HEIGHT - 3, Math.max(2, xOf(scene, until ?? scene.now) - x), 2)
}

function drawAxis(ctx: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { palette, width, height, gutter, scale, window, history } = scene
  ctx.fillStyle = palette.surface ?? ''
  ctx.fillRect(0, 0, width, AXIS_HEIGHT)
  const from = scale.stretch(window.from)
  const until = scale.stretch(window.until)
  ctx.textAlign = 'left'
  let free = gutter
  for (const tick of ticks(from, until, Math.max(2, (width - gutter) / 90))) {
    const x = xOf(scene, history.origin + tick)
    if (x < free) continue
    ctx.fillStyle = palette.line ?? ''
    ctx.fillRect(x, AXIS_HEIGHT - 6, 1, 6)
    ctx.globalAlpha = 0.5
    ctx.fillRect(x, AXIS_HEIGHT, 1, height)
    ctx.globalAlpha = 1
    ctx.fillStyle = palette['ink-3'] ?? ''
    const label = formatMoment(tick, until - from < 20_000)
    ctx.fillText(label, x + 4, AXIS_HEIGHT / 2)
    free = x + ctx.measureText(label).width + 14
  }
  ctx.fillStyle = palette.line ?? ''
  ctx.fillRect(0, AXIS_HEIGHT - 1, width, 1)
  ctx.fillRect(gutter - 1, 0, 1, height)
  for (const gap of scale.gaps) zigzag(ctx, scene, gap.from)
  if (scene.playhead === null) return
  ctx.fillStyle = palette.accent ?? ''
  ctx.fillRect(xOf(scene, history.origin + scene.playhead) - 1, 0, 2, height)
}

/** Time was cut out here. */
function zigzag(ctx: CanvasRenderingContext2D, scene: TimelineScene, from: number): void {
  const x = xOf(scene, scene.history.origin + from)
  if (x < scene.gutter || x > scene.width) return
  ctx.strokeStyle = scene.palette['ink-3'] ?? ''
  ctx.beginPath()
  for (let y = 2, side = 0; y < AXIS_HEIGHT - 2; y += 4, side = 1 - side) {
    if (y === 2) ctx.moveTo(x + side * 4, y)
    else ctx.lineTo(x + side * 4, y)
  }
  ctx.stroke()
}

function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ctx.measureText(`${cutText(text, middle)}…`).width <= width) low = middle
    else high = middle - 1
  }
  return `${cutText(text, low)}…`
}
