import type { Snapshot } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatuses, displayStatusOf, statusLabels } from '../agent/status-display'

/** The glyph in a cell of 11 by 11, in addition to its colour; a queued agent is an empty box. */
const glyphs: Readonly<Record<DisplayStatus, string>> = {
  queued: '',
  waiting: 'M5.5 2.5v3h2.2',
  running: 'M5.5 5.5h.01',
  stalled: 'M2 6.5 6.5 2M4.5 9 9 4.5',
  succeeded: 'M2.8 5.7l2 2 3.4-4.2',
  flagged: 'M8.2 2.4v6.2M6.8 2.4v6.2',
  failed: 'M3.2 3.2l4.6 4.6M7.8 3.2 3.2 7.8',
  skipped: 'M3 3l2.4 2.5L3 8M6 3l2.4 2.5L6 8',
  cancelled: 'M2.8 5.5h5.4',
  reused: 'M5.5 3a2.5 2.5 0 1 0 .01 0',
}

/** One cell: colour and icon, so neither has to be seen for the other. */
export function cellSvg(displayStatus: DisplayStatus, x: number, y: number, title: string): string {
  const glyph =
    glyphs[displayStatus] === ''
      ? ''
      : `<path class="g g-${displayStatus}" d="${glyphs[displayStatus]}" transform="translate(${x} ${y})"/>`
  return `<g><title>${title}</title><rect class="status-${displayStatus}" x="${x}" y="${y}" width="11" height="11" rx="2"/>${glyph}</g>`
}

/** The statuses in the picture, with their words. */
export function statusLegend({ agents }: Pick<Snapshot, 'agents'>): string {
  const present = new Set(agents.map(displayStatusOf))
  const items = displayStatuses
    .filter((displayStatus) => present.has(displayStatus))
    .map(
      (displayStatus) =>
        `<span><svg width="11" height="11" aria-hidden="true">${cellSvg(displayStatus, 0, 0, '')}</svg> ${statusLabels[displayStatus]}</span>`,
    )
  return items.length === 0 ? '' : `<p class="legend">${items.join('')}</p>`
}
