import type { AgentState } from '@/lib/core/agent/agent'
import { shortenText } from '@/lib/core/base/cut-text'
import type { RunState } from '@/lib/core/run/state'
import { plural } from '../format/numbers'
import { type EdgeRoute, edgeRoutes, mapBounds } from '../map/arched-edges'
import { type CellGrid, cellOrigin, roundLine } from '../map/cell-grid'
import { edgePath, GATE } from '../map/edge-paths'
import { orchestratorId } from '../map/map-edges'
import { mapGraph } from '../map/map-graph'
import { agentPoint, card, layoutMap, railY } from '../map/map-layout'
import type { Box, MapEdge, MapGraph } from '../map/map-shape'
import type { MapLayout, PlacedGroup } from '../map/placed-map'
import { escapeHtml as e } from './escape'
import { withoutSecrets } from './secrets'
import { type Corner, short } from './status-cells'

/** The pixels of the page in which a map is arranged: as wide as its text, as high as a screen. */
const ROOM = { width: 1110, height: 620 }
/** No map is drawn smaller than this or larger than that; one that is wider scrolls in its box. */
const SCALES = { least: 0.62, most: 1.1 }
/** The smallest words on a map, in pixels of the page. */
const LEAST_TEXT = 11
/** Width of a letter by its height, so words are cut before they leave their box. */
const LETTER = 0.56
/** Around everything, in canvas units. */
const MARGIN = 12

/** A map that is arranged, with what its drawing needs: `scale` is pixels by canvas unit. */
export type ArrangedMap = {
  graph: MapGraph
  layout: MapLayout
  routes: ReadonlyMap<string, EdgeRoute>
  /** Everything with its margin, in canvas units. */
  box: Box
  scale: number
  /** Height of the smallest words, in canvas units. */
  text: number
}

/** Arranges the map of a run as on its page, for a picture of its own. */
export function arrangeMap(state: RunState): ArrangedMap {
  const graph = mapGraph(state)
  const layout = layoutMap(graph, { toggled: new Set(), direction: 'right', room: ROOM, mayRearrange: true })
  const bounds = mapBounds(graph, layout, 'right')
  const fit = Math.min(ROOM.width / bounds.width, ROOM.height / bounds.height)
  const scale = Math.min(SCALES.most, Math.max(SCALES.least, fit))
  const box = {
    x: bounds.x - MARGIN,
    y: bounds.y - MARGIN,
    width: bounds.width + 2 * MARGIN,
    height: bounds.height + 2 * MARGIN,
  }
  return { graph, layout, routes: edgeRoutes(graph, layout, 'right'), box, scale, text: LEAST_TEXT / scale }
}

/** The map in words, for who does not see it. */
export function mapWords({ groups }: MapLayout): string {
  const parts = groups.map(({ title, agentIds }) => `${title}: ${plural(agentIds.length, 'agent')}`)
  return `Map of the run. ${parts.join('; ')}`
}

/** The frames around groups that belong together, with their names. */
export function framesSvg({ layout, text: size }: ArrangedMap): string {
  return layout.frames
    .map(
      ({ box, label }) =>
        `${rectSvg(box, 'frame')}${textSvg(box.x + 10, box.y + size + 5, label, fitting(box.width, size), size)}`,
    )
    .join('')
}

/** The box from which everything begins. */
export function scriptSvg({ layout: { orchestrator: box }, text: size }: ArrangedMap, name: string): string {
  const most = fitting(box.width, size)
  return `${rectSvg(box, 'box')}${textSvg(box.x + 14, box.y + 30, 'Script', most, size * 1.15, 'title')}${textSvg(box.x + 14, box.y + 36 + size, name, most, size)}`
}

/** Box, title and one line under it. */
export function groupHeadSvg({ box, agentIds, title }: PlacedGroup, words: string, size: number): string {
  const large = Math.min(22, size * 1.15)
  const [x, room] = [box.x + 14, box.width - 28]
  return [
    rectSvg(box, agentIds.length === 0 ? 'box empty' : 'box'),
    textSvg(x, box.y + 22, title, fitting(room, large), large, 'title'),
    textSvg(x, box.y + 26 + size, words, fitting(room, size), size),
  ].join('')
}

/** How answers went from one group to the next. */
export function edgeSvg(edge: MapEdge, { layout, routes, text: size }: ArrangedMap): string {
  const from = edge.from === orchestratorId ? layout.orchestrator : boxOf(layout, edge.from)
  const to = boxOf(layout, edge.to)
  if (from === null || to === null) return ''
  const fromY = edge.from === orchestratorId ? from.y + from.height / 2 : from.y + railY
  const ends = { fromX: from.x + from.width, fromY, toX: to.x, toY: to.y + railY }
  const half = (ends.toX - ends.fromX) / 2
  const route = routes.get(edge.id) ?? { kind: 'straight' }
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

/** Where the cells of a group are: each by its corner from `left` and `top` on, all with one side. */
export type CellPlaces = {
  left: number
  top: number
  side: number
  cornerOf: (index: number) => Corner
  /** The lines above the rounds of a loop; none where there is one round. */
  rounds: readonly { y: number; words: string }[]
}

/** The places of the cells of a group that has some. */
export function cellPlaces(group: PlacedGroup, grid: CellGrid): CellPlaces {
  const first = agentPoint(group, 0)
  const start = cellOrigin(grid, 0)
  const gap = Math.max(2, Math.round(grid.pitch * 0.14))
  const rounds = grid.bands.length < 2 ? [] : grid.bands
  return {
    left: first.x - grid.pitch / 2 - start.x + gap / 2,
    top: first.y - grid.pitch / 2 - start.y + gap / 2,
    side: grid.pitch - gap,
    cornerOf: (index) => {
      const { x, y } = cellOrigin(grid, index)
      return { x, y }
    },
    rounds: rounds.map(({ y }, at) => ({ y: y - roundLine, words: `round ${at + 1}` })),
  }
}

/** The box of an agent that is shown as a card. */
export function cardBox(group: PlacedGroup, index: number): Box {
  const middle = agentPoint(group, index)
  return {
    x: middle.x - card.width / 2,
    y: middle.y - card.height / 2,
    width: card.width,
    height: card.height,
  }
}

/** The two lines of a card, beside its glyph: a name, and what it has come to. */
export function cardTextSvg(box: Box, { line, words }: { line: 1 | 2; words: string }, size: number): string {
  const most = fitting(card.width - 34, size)
  return line === 1
    ? textSvg(box.x + 30, box.y + 27, words, most, size, 'name')
    : textSvg(box.x + 30, box.y + 34 + size, words, most, size)
}

/** The agents of a group, in their order. */
export function agentsOf({ agentIds }: PlacedGroup, { agents }: Pick<RunState, 'agents'>): AgentState[] {
  return agentIds.flatMap((id) => agents.get(id) ?? [])
}

/** How many letters of a height go into a width. */
export function fitting(width: number, size: number): number {
  return Math.max(4, Math.floor(width / (size * LETTER)))
}

/** A box with round corners. */
export function rectSvg({ x, y, width, height }: Box, className: string): string {
  return `<rect class="${className}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="8"/>`
}

/**
 * One line of words, without what looks like a key, cut to so many letters; whole under the pointer where it was
 * cut.
 */
export function textSvg(
  x: number,
  y: number,
  words: string,
  most: number,
  size: number,
  className = '',
): string {
  const line = withoutSecrets(words).replace(/\s+/g, ' ').trim()
  const shown = shortenText(line, most)
  const title = shown === line ? '' : `<title>${e(shortenText(line, 300))}</title>`
  return `<text${className === '' ? '' : ` class="${className}"`} x="${short(x)}" y="${short(y)}" font-size="${short(size)}">${title}${e(shown)}</text>`
}
