import type { AgentState } from '@/lib/core/agent/agent'
import { cutText } from '@/lib/core/base/cut-text'
import type { Snapshot } from '@/lib/core/run/state'
import { phaseGroups } from '../agent/phase-groups'
import { displayStatusOf, statusLabels } from '../agent/status-display'
import type { RunHistory } from '../timeline/timeline-history'
import { agentTimeline } from '../timeline/timeline-lanes'
import { formatMoment, idleGaps, ticks, timeScale } from '../timeline/timeline-scale'
import { activityLabels } from '../timeline/timeline-words'
import { escapeHtml } from './escape'
import { cellSvg } from './status-cells'

const CELL = 14
const COLUMNS = 14
const BOX = COLUMNS * CELL + 24

/** The groups of a run as a picture: a box a phase, a cell an agent, named under the pointer. */
export function mapSvg({ phases, agents }: Snapshot): string {
  const groups = phaseGroups(phases)
  const own = new Map<string, AgentState[]>(groups.of(phases).map(({ title }) => [title, []]))
  for (const agent of agents) own.get(groups.titleOf(agent.phase))?.push(agent)
  const boxes = [...own].map(([title, own]) => ({ title, own }))
  const height = 60 + Math.max(1, ...boxes.map(({ own }) => Math.ceil(own.length / COLUMNS))) * CELL
  const drawn = boxes.map(({ title, own }, at) => {
    const x = at * (BOX + 40) + 1
    const cells = own.map((agent, index) => {
      const displayStatus = displayStatusOf(agent)
      const title = escapeHtml(`${agent.label}: ${statusLabels[displayStatus]}`)
      return cellSvg(
        displayStatus,
        x + 12 + (index % COLUMNS) * CELL,
        46 + Math.floor(index / COLUMNS) * CELL,
        title,
      )
    })
    const edge = at === 0 ? '' : `<path class="edge" d="M${x - 40} 30h40"/>`
    return `${edge}<rect class="box" x="${x}" y="1" width="${BOX}" height="${height - 2}" rx="8"/><text x="${x + 12}" y="24" class="title">${escapeHtml(cutText(title, 28))}</text><text x="${x + 12}" y="39">${own.length} agents</text>${cells.join('')}`
  })
  const width = Math.max(1, boxes.length) * (BOX + 40)
  return `<svg role="img" aria-label="Map of the run" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${drawn.join('')}</svg>`
}

const WIDTH = 1100
const GUTTER = 170

/** Every agent over time as a picture, idle gaps cut short. */
export function timelineSvg(history: RunHistory): string {
  const rows = agentTimeline(history, () => true)
  const row = rows.length > 200 ? 7 : 14
  const end = history.endedAt ?? history.lastAt
  const scale = timeScale(Math.max(1, end - history.origin), idleGaps(history, end))
  const x = (ms: number) => GUTTER + (scale.squeeze(ms - history.origin) / scale.length) * (WIDTH - GUTTER)
  const bars = rows.flatMap((one, index) => {
    if (one.kind !== 'agent') return []
    const y = 22 + index * row
    const label =
      row > 8 ? `<text x="4" y="${y + 10}">${escapeHtml(cutText(one.track.label, 28))}</text>` : ''
    const segments = one.track.segments.map(({ activity, from, until }) => {
      const left = x(from)
      const width = Math.max(0.5, x(until ?? end) - left)
      return `<rect class="a-${activity}" x="${left.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="${row - 4}"><title>${escapeHtml(`${one.track.label}: ${activityLabels[activity]}`)}</title></rect>`
    })
    return [label, ...segments]
  })
  const tickLines = ticks(0, end - history.origin, 10).map((tick) => {
    const at = x(history.origin + tick).toFixed(1)
    return `<path class="edge" d="M${at} 16v${rows.length * row + 6}"/><text x="${at}" y="12">${formatMoment(tick)}</text>`
  })
  const height = 26 + rows.length * row
  return `<svg role="img" aria-label="Timeline of the run" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">${tickLines.join('')}${bars.join('')}</svg>`
}
