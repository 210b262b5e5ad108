import { shortenText } from '@/lib/core/base/cut-text'
import { formatCount } from '../format/numbers'
import type { Activity, RunHistory, TimeSegment } from '../timeline/timeline-history'
import { agentTimeline, type TimelineRow } from '../timeline/timeline-lanes'
import { formatMoment, idleGaps, ticks, timeScale } from '../timeline/timeline-scale'
import { isActive, lifetimeOf } from '../timeline/timeline-sums'
import { activities, activityLabels } from '../timeline/timeline-words'
import { escapeHtml as e } from './escape'
import { short } from './status-cells'

/** More rows than this nobody reads; of a larger run those are drawn that took longest. */
const MOST_ROWS = 200
const WIDTH = 1100
const GUTTER = 190
/** Right of the end, where half of its time is written. */
const EDGE = 24
const ROW = 15
const HEAD = 26

/**
 * Agents over time as a picture, one row each and one path an activity, idle gaps cut short; with a line that
 * says which agents it shows where it does not show all, and what the colours mean.
 */
export function timelineHtml(history: RunHistory): string {
  const all = agentTimeline(history, () => true).flatMap((row) => (row.kind === 'agent' ? [row] : []))
  if (all.length === 0) return '<p>No agent was started.</p>'
  const end = history.endedAt ?? history.lastAt
  const rows = longest(all, end)
  const note =
    rows.length === all.length
      ? ''
      : `<p class="note">The ${formatCount(rows.length)} agents of ${formatCount(all.length)} that took longest, in the order of their calls.</p>`
  const { svg, seen } = picture(rows, history, end)
  const legend = activities
    .filter((activity) => seen.has(activity))
    .map(
      (activity) =>
        `<span><svg class="icon" width="14" height="10" aria-hidden="true"><path class="a a-${activity}" d="M1 2h12v6h-12z"/></svg> ${activityLabels[activity]}</span>`,
    )
  return `${note}<div class="wide" tabindex="0" role="region" aria-label="Timeline">${svg}</div><p class="legend">${legend.join('')}</p>`
}

type AgentRow = Extract<TimelineRow, { kind: 'agent' }>

function longest(rows: readonly AgentRow[], end: number): readonly AgentRow[] {
  if (rows.length <= MOST_ROWS) return rows
  const kept = new Set(
    [...rows].sort((a, b) => lifetimeOf(b.track, end) - lifetimeOf(a.track, end)).slice(0, MOST_ROWS),
  )
  return rows.filter((row) => kept.has(row))
}

function picture(rows: readonly AgentRow[], history: RunHistory, end: number) {
  const scale = timeScale(Math.max(1, end - history.origin), idleGaps(history, end))
  const x = (ms: number) =>
    GUTTER + (scale.squeeze(ms - history.origin) / scale.length) * (WIDTH - GUTTER - EDGE)
  const paths = new Map<Activity, string[]>()
  const put = ({ activity, from, until }: TimeSegment, y: number) => {
    const left = x(from)
    const width = Math.max(0.5, x(until ?? end) - left)
    // What waits is thin, what works is thick: the colour need not be seen.
    const inset = isActive(activity) ? 3 : 6
    const bar = `M${short(left)} ${y + inset}h${short(width)}v${ROW - 2 * inset}h-${short(width)}z`
    const held = paths.get(activity)
    if (held === undefined) paths.set(activity, [bar])
    else held.push(bar)
  }
  const labels = rows.map(({ track }, at) => {
    const y = HEAD + at * ROW
    for (const segment of track.segments) put(segment, y)
    return `<text x="4" y="${y + 11}">${e(shortenText(track.label.replace(/\s+/g, ' '), 30))}</text>`
  })
  const tickLines = ticks(0, end - history.origin, 10).map((tick) => {
    const at = short(x(history.origin + tick))
    return `<path class="e" d="M${at} 18v${rows.length * ROW + 8}"/><text text-anchor="middle" x="${at}" y="13">${formatMoment(tick)}</text>`
  })
  const bars = [...paths].map(
    ([activity, own]) =>
      `<path class="a a-${activity}" d="${own.join('')}"><title>${activityLabels[activity]}</title></path>`,
  )
  const height = HEAD + rows.length * ROW + 4
  const words = `Timeline of ${formatCount(rows.length)} agents over ${formatMoment(end - history.origin)}`
  const svg = `<svg role="img" aria-label="${words}" font-size="11" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">${tickLines.join('')}${bars.join('')}${labels.join('')}</svg>`
  return { svg, seen: new Set(paths.keys()) }
}
