import type { AgentState } from '@/lib/core/agent/agent'
import { shortenText } from '@/lib/core/base/cut-text'
import type { RunState } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatusOf, statusLabels } from '../agent/status-display'
import { usdIn } from '../format/money'
import { plural } from '../format/numbers'
import { type EdgeRoute, edgeRoutes, mapBounds } from '../map/arched-edges'
import { cellOrigin, roundLine } from '../map/cell-grid'
import { edgePath, GATE } from '../map/edge-paths'
import { groupCounter } from '../map/group-counts'
import { orchestratorId } from '../map/map-edges'
import { mapGraph } from '../map/map-graph'
import { agentPoint, card, layoutMap, railY } from '../map/map-layout'
import type { Box, MapEdge } from '../map/map-shape'
import type { MapLayout, PlacedGroup } from '../map/placed-map'
import { segments } from '../timeline/phase-progress'
import { escapeHtml as e } from './escape'
import { type Corner, cellsSvg, short } from './status-cells'

/** The pixels of the page in which the map is arranged: as wide as its text, as high as a screen. */
const ROOM = { width: 1110, height: 620 }
/** No map is drawn smaller than this or larger than that; one that is wider scrolls in its box. */
const SCALES = { least: 0.62, most: 1.1 }
/** The smallest words on the map, in pixels of the page. */
const LEAST_TEXT = 11
/** Width of a letter by its height, so words are cut before they leave their box. */
const LETTER = 0.56
/** Around everything, in canvas units. */
const MARGIN = 12

/** What is drawn, and how large: `text` is the height of the smallest words in canvas units. */
type Picture = { state: RunState; text: number }

/**
 * The map of a run as it stands, arranged as on its page: groups with their counts, a cell an agent by status,
 * and how answers went from group to group. Its length grows by the groups, and by some forty characters an
 * agent.
 */
export function mapSvg(state: RunState): string {
  const graph = mapGraph(state)
  const layout = layoutMap(graph, { toggled: new Set(), direction: 'right', room: ROOM, mayRearrange: true })
  const bounds = mapBounds(graph, layout, 'right')
  const fit = Math.min(ROOM.width / bounds.width, ROOM.height / bounds.height)
  const scale = Math.min(SCALES.most, Math.max(SCALES.least, fit))
  const picture = { state, text: LEAST_TEXT / scale }
  const routes = edgeRoutes(graph, layout, 'right')
  const box = [bounds.x - MARGIN, bounds.y - MARGIN, bounds.width + 2 * MARGIN, bounds.height + 2 * MARGIN]
  const [width = 0, height = 0] = [box[2], box[3]].map((one) => (one ?? 0) * scale)
  return [
    `<svg class="map" role="img" aria-label="${e(mapWords(layout))}" width="${Math.round(width)}" height="${Math.round(height)}" viewBox="${box.map(short).join(' ')}">`,
    ...layout.frames.map(
      ({ box: frame, label }) =>
        `${rect(frame, 'frame')}${text(frame.x + 10, frame.y + picture.text + 5, label, fitting(frame.width, picture.text), picture.text)}`,
    ),
    ...graph.edges.map((edge) => edgeSvg(edge, layout, routes.get(edge.id) ?? { kind: 'straight' }, picture)),
    scriptSvg(layout.orchestrator, picture),
    ...layout.groups.map((group) => groupSvg(group, picture)),
    '</svg>',
  ].join('')
}

/** The map in words, for who does not see it. */
function mapWords({ groups }: MapLayout): string {
  const parts = groups.map(({ title, agentIds }) => `${title}: ${plural(agentIds.length, 'agent')}`)
  return `Map of the run. ${parts.join('; ')}`
}

function scriptSvg(box: Box, { state, text: size }: Picture): string {
  const name = state.run.workflow?.name ?? 'pasted script'
  const most = fitting(box.width, size)
  return `${rect(box, 'box')}${text(box.x + 14, box.y + 30, 'Script', most, size * 1.15, 'title')}${text(box.x + 14, box.y + 36 + size, name, most, size)}`
}

function groupSvg(group: PlacedGroup, picture: Picture): string {
  const { state, text: size } = picture
  const { box, agentIds } = group
  const { counts, spentNanoUsd } = groupCounter(agentIds)(state.agents)
  const usd = usdIn(state.run.simulated)
  const large = Math.min(22, size * 1.15)
  const [x, room] = [box.x + 14, box.width - 28]
  const bad = (['failed', 'flagged', 'stalled'] as const).filter((status) => counts[status] > 0)
  const words = bad.map((status) => `${counts[status]} ${statusLabels[status].toLowerCase()}`).join(', ')
  const amount = spentNanoUsd === 0 ? '' : ` · ${usd(spentNanoUsd)}`
  return [
    rect(box, agentIds.length === 0 ? 'box empty' : 'box'),
    text(x, box.y + 22, group.title, fitting(room, large), large, 'title'),
    text(
      x,
      box.y + 26 + size,
      agentIds.length === 0 ? 'no agents' : `${plural(agentIds.length, 'agent')}${amount}`,
      fitting(room, size),
      size,
    ),
    barSvg(counts, { x, y: box.y + 52, width: room, height: 6 }),
    group.body.kind === 'cells' ? cellsOf(group, picture) : cardsOf(group, picture),
    words === '' ? '' : text(x, box.y + box.height - 11, words, fitting(room, size), size, 'bad'),
  ].join('')
}

function barSvg(counts: Parameters<typeof segments>[0], { x, y, width, height }: Box): string {
  let at = x
  return segments(counts)
    .map(({ displayStatus, share }) => {
      const part = `<rect class="status-${displayStatus}" x="${short(at)}" y="${short(y)}" width="${short(share * width)}" height="${height}"/>`
      at += share * width
      return part
    })
    .join('')
}

/** The cells of a group: one pair of paths a status, whatever the number of agents. */
function cellsOf(group: PlacedGroup, { state, text: size }: Picture): string {
  const first = agentPoint(group, 0)
  if (group.body.kind !== 'cells' || group.agentIds.length === 0) return ''
  const { grid } = group.body
  const start = cellOrigin(grid, 0)
  const left = first.x - grid.pitch / 2 - start.x
  const top = first.y - grid.pitch / 2 - start.y
  const gap = Math.max(2, Math.round(grid.pitch * 0.14))
  const byStatus = new Map<DisplayStatus, Corner[]>()
  for (const [at, agent] of agentsOf(group, state).entries()) {
    const { x, y } = cellOrigin(grid, at)
    const status = displayStatusOf(agent)
    const held = byStatus.get(status)
    if (held === undefined) byStatus.set(status, [{ x, y }])
    else held.push({ x, y })
  }
  const rounds = grid.bands.length < 2 ? [] : grid.bands
  return [
    `<g transform="translate(${short(left + gap / 2)} ${short(top + gap / 2)})">`,
    ...rounds.map(({ y }, at) => text(0, y - roundLine + size, `round ${at + 1}`, 20, size)),
    ...[...byStatus].map(
      ([status, corners]) =>
        `<g><title>${plural(corners.length, 'agent')}: ${statusLabels[status].toLowerCase()}</title>${cellsSvg(status, corners, grid.pitch - gap)}</g>`,
    ),
    '</g>',
  ].join('')
}

/** A few agents: each by its name, status and cost. */
function cardsOf(group: PlacedGroup, { state, text: size }: Picture): string {
  const usd = usdIn(state.run.simulated)
  return agentsOf(group, state)
    .map((agent, at) => {
      const middle = agentPoint(group, at)
      const box = {
        x: middle.x - card.width / 2,
        y: middle.y - card.height / 2,
        width: card.width,
        height: card.height,
      }
      const status = displayStatusOf(agent)
      const words = `${statusLabels[status]} · ${usd(agent.costNanoUsd)}`
      const most = fitting(card.width - 34, size)
      return `<a href="#${e(agent.id)}">${rect(box, 'card')}<g transform="translate(${short(box.x + 10)} ${short(box.y + 16)})">${cellsSvg(status, [{ x: 0, y: 0 }], 13)}</g>${text(box.x + 30, box.y + 27, agent.label, most, size, 'name')}${text(box.x + 30, box.y + 34 + size, words, most, size)}</a>`
    })
    .join('')
}

function edgeSvg(edge: MapEdge, layout: MapLayout, route: EdgeRoute, { text: size }: Picture): string {
  const from = edge.from === orchestratorId ? layout.orchestrator : boxOf(layout, edge.from)
  const to = boxOf(layout, edge.to)
  if (from === null || to === null) return ''
  const fromY = edge.from === orchestratorId ? from.y + from.height / 2 : from.y + railY
  const ends = { fromX: from.x + from.width, fromY, toX: to.x, toY: to.y + railY }
  const half = (ends.toX - ends.fromX) / 2
  const [path, labelX, labelY] = edgePath(route, ends, () => [
    `M${short(ends.fromX)} ${short(fromY)}C${short(ends.fromX + half)} ${short(fromY)} ${short(ends.toX - half)} ${short(ends.toY)} ${short(ends.toX)} ${short(ends.toY)}`,
    ends.fromX + half,
    (fromY + ends.toY) / 2,
  ])
  const width = edge.kind === 'data' ? short(Math.min(4, 1.25 + Math.log10(edge.links + 1))) : '1.25'
  const gate =
    edge.flow === 'barrier'
      ? `<path class="gate" d="M${short(ends.fromX + 22)} ${short(fromY - GATE)}v${2 * GATE}"/>`
      : ''
  const flagged =
    edge.flagged === 0
      ? ''
      : `<text class="bad" text-anchor="middle" x="${short(labelX)}" y="${short(labelY + size + 4)}" font-size="${short(size)}">${edge.flagged} flagged</text>`
  return `<path class="e e-${edge.kind}${edge.flagged > 0 ? ' e-flagged' : ''}" stroke-width="${width}" d="${path}"/>${gate}${flagged}`
}

function boxOf({ groups }: MapLayout, id: string): Box | null {
  return groups.find((group) => group.id === id)?.box ?? null
}

function agentsOf({ agentIds }: PlacedGroup, { agents }: RunState): AgentState[] {
  return agentIds.flatMap((id) => agents.get(id) ?? [])
}

/** How many letters of a height go into a width. */
function fitting(width: number, size: number): number {
  return Math.max(4, Math.floor(width / (size * LETTER)))
}

function rect({ x, y, width, height }: Box, className: string): string {
  return `<rect class="${className}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="8"/>`
}

/** One line of words, cut to so many letters; whole under the pointer where it was cut. */
function text(x: number, y: number, words: string, most: number, size: number, className = ''): string {
  const line = words.replace(/\s+/g, ' ').trim()
  const shown = shortenText(line, most)
  const title = shown === line ? '' : `<title>${e(shortenText(line, 300))}</title>`
  return `<text${className === '' ? '' : ` class="${className}"`} x="${short(x)}" y="${short(y)}" font-size="${short(size)}">${title}${e(shown)}</text>`
}
