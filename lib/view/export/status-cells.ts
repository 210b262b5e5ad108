import type { Snapshot } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatuses, displayStatusOf, statusLabels } from '../agent/status-display'

/** Lines from point to point, in shares of a cell's side. */
type Glyph = readonly (readonly (readonly [x: number, y: number])[])[]

/** The glyph in a cell, in addition to its colour; a queued agent is an empty box. */
const glyphs: Readonly<Record<DisplayStatus, Glyph>> = {
  queued: [],
  waiting: [
    [
      [0.5, 0.22],
      [0.5, 0.52],
      [0.7, 0.62],
    ],
  ],
  running: [
    [
      [0.5, 0.5],
      [0.51, 0.5],
    ],
  ],
  stalled: [
    [
      [0.18, 0.6],
      [0.6, 0.18],
    ],
    [
      [0.4, 0.82],
      [0.82, 0.4],
    ],
  ],
  succeeded: [
    [
      [0.25, 0.52],
      [0.44, 0.7],
      [0.75, 0.32],
    ],
  ],
  flagged: [
    [
      [0.36, 0.82],
      [0.36, 0.2],
      [0.74, 0.36],
      [0.36, 0.5],
    ],
  ],
  failed: [
    [
      [0.29, 0.29],
      [0.71, 0.71],
    ],
    [
      [0.71, 0.29],
      [0.29, 0.71],
    ],
  ],
  skipped: [
    [
      [0.27, 0.27],
      [0.49, 0.5],
      [0.27, 0.73],
    ],
    [
      [0.54, 0.27],
      [0.76, 0.5],
      [0.54, 0.73],
    ],
  ],
  cancelled: [
    [
      [0.26, 0.5],
      [0.74, 0.5],
    ],
  ],
  reused: [
    [
      [0.5, 0.24],
      [0.76, 0.5],
      [0.5, 0.76],
      [0.24, 0.5],
      [0.5, 0.24],
    ],
  ],
}

/** The corner of a cell, in canvas units. */
export type Corner = { x: number; y: number }

/**
 * Cells of one status, however many, as two paths: their boxes and what is drawn in them. Colour and glyph
 * both tell the status, so neither has to be seen for the other.
 */
export function cellsSvg(displayStatus: DisplayStatus, corners: readonly Corner[], side: number): string {
  const boxes = boxesOf(corners, side)
  const drawn = isBare(displayStatus, side) ? [] : glyphs[displayStatus]
  const marks = corners.map((corner) => drawn.map((line) => polyline(corner, line, side)).join('')).join('')
  const glyph =
    marks === ''
      ? ''
      : `<path class="g g-${displayStatus}" stroke-width="${short(side * 0.13)}" d="${marks}"/>`
  return `<path class="status-${displayStatus}" d="${boxes}"/>${glyph}`
}

/** Under this side, in canvas units, a check mark says less than an even surface does. */
const SMALLEST_CHECK = 9

/** Most agents succeed: where thousands stand close together only what is otherwise is marked. */
function isBare(displayStatus: DisplayStatus, side: number): boolean {
  return displayStatus === 'succeeded' && side < SMALLEST_CHECK
}

/** One box after the other by the way from each to the next: much shorter than where each of them is. */
function boxesOf(corners: readonly Corner[], side: number): string {
  const box = `h${side}v${side}h-${side}z`
  return corners
    .map(({ x, y }, at) => {
      const last = corners[at - 1]
      const move =
        last === undefined ? `M${short(x)} ${short(y)}` : `m${short(x - last.x)} ${short(y - last.y)}`
      return move + box
    })
    .join('')
}

function polyline({ x, y }: Corner, line: Glyph[number], side: number): string {
  let before: readonly [number, number] = [0, 0]
  return line
    .map(([px, py], at) => {
      const step =
        at === 0
          ? `M${short(x + px * side)} ${short(y + py * side)}`
          : `l${short((px - before[0]) * side)} ${short((py - before[1]) * side)}`
      before = [px, py]
      return step
    })
    .join('')
}

/** A number to a tenth, without what says nothing. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** The statuses in the picture, with their words and how many agents have each. */
export function statusLegend({ agents }: Pick<Snapshot, 'agents'>): string {
  const counts = new Map<DisplayStatus, number>()
  for (const agent of agents) {
    const status = displayStatusOf(agent)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  const items = displayStatuses
    .filter((displayStatus) => counts.has(displayStatus))
    .map(
      (displayStatus) =>
        `<span>${iconSvg(displayStatus)} ${counts.get(displayStatus)} ${statusLabels[displayStatus].toLowerCase()}</span>`,
    )
  return items.length === 0 ? '' : `<p class="legend">${items.join('')}</p>`
}

/** One cell by itself, beside words that say the same. */
export function iconSvg(displayStatus: DisplayStatus): string {
  return `<svg class="icon" width="14" height="14" viewBox="-1 -1 14 14" aria-hidden="true">${cellsSvg(displayStatus, [{ x: 0, y: 0 }], 12)}</svg>`
}
