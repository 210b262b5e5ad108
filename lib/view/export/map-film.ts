import type { RunState } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatuses, statusLabels } from '../agent/status-display'
import { plural } from '../format/numbers'
import type { Box } from '../map/map-shape'
import type { PlacedGroup } from '../map/placed-map'
import { escapeHtml as e } from './escape'
import type { FilmFrame } from './film-frames'
import { createReel, type Reel, type Span, spansOf } from './film-reel'
import {
  type ArrangedMap,
  agentsOf,
  arrangeMap,
  cardBox,
  cardTextSvg,
  cellPlaces,
  edgeSvg,
  fitting,
  framesSvg,
  groupHeadSvg,
  rectSvg,
  scriptSvg,
  textSvg,
} from './map-drawing'
import { type Corner, cellsSvg, short } from './status-cells'
import { pictureStyle, themeStyle } from './style'

/** The figures above a map need this much, in pixels. */
const LEAST_WIDTH = 620
/** A film with more parts than this is shown in fewer pictures: each part is one animation for the browser. */
const MOST_PARTS = 2_500
/** Fewer pictures than these are no film. */
const FEWEST_FRAMES = 15

/**
 * A run as a film: the map as it came to be, with the title, the time and the dollars above, as one SVG that
 * moves by its own style and begins again at its end. It holds no text of agents but their labels, and without
 * `hasNames` not even these. Where nothing moves, or nobody wants it to, it is the last picture. `frames` are
 * those of `state`, the last of them its own; at least one.
 */
export function filmSvg(state: RunState, frames: readonly FilmFrame[], hasNames: boolean): string {
  const map = arrangeMap(state)
  for (let shown = frames; ; shown = everySecond(shown)) {
    const reel = createReel(shown.length)
    const drawn = mapSvg({ map, state, frames: shown, reel, hasNames })
    if (reel.parts() <= MOST_PARTS || shown.length < 2 * FEWEST_FRAMES)
      return wholeSvg(drawn, reel, { map, state, frames: shown })
  }
}

/** Half of the pictures, with the last. */
function everySecond(frames: readonly FilmFrame[]): FilmFrame[] {
  return frames.filter((_, at) => (frames.length - 1 - at) % 2 === 0)
}

type Scene = {
  map: ArrangedMap
  state: RunState
  frames: readonly FilmFrame[]
  reel: Reel
  hasNames: boolean
}

function mapSvg(scene: Scene): string {
  const { map, state, reel } = scene
  const appears = new Map(map.layout.groups.map((group) => [group.id, groupSpan(group, scene)]))
  return [
    framesSvg(map),
    ...map.graph.edges.map((edge) =>
      shownWith(reel, appears.get(edge.to), edgeSvg({ ...edge, flagged: 0 }, map)),
    ),
    scriptSvg(map, state.run.workflow?.name ?? 'pasted script'),
    ...map.layout.groups.map((group) => {
      const count = group.agentIds.length
      const words = count === 0 ? 'no agents' : plural(count, 'agent')
      const head = shownWith(reel, appears.get(group.id), groupHeadSvg(group, words, map.text))
      return head + (group.body.kind === 'cells' ? cellsOf(group, scene) : cardsOf(group, scene))
    }),
  ].join('')
}

function shownWith(reel: Reel, span: Span<true> | undefined, content: string): string {
  return span === undefined || content === '' ? content : reel.show(span, content)
}

/** A group is there from its first agent on. */
function groupSpan({ agentIds }: PlacedGroup, { frames }: Scene): Span<true> {
  const first =
    agentIds.length === 0 ? 0 : frames.findIndex(({ statuses }) => agentIds.some((id) => statuses.has(id)))
  return { value: true, from: Math.max(0, first), until: frames.length }
}

function statusSpans(agentId: string, { frames }: Scene): Span<DisplayStatus>[] {
  return spansOf(frames, ({ statuses }) => statuses.get(agentId) ?? null)
}

/** Cells: those that have one status from one picture to another are drawn together. */
function cellsOf(group: PlacedGroup, scene: Scene): string {
  if (group.body.kind !== 'cells' || group.agentIds.length === 0) return ''
  const { left, top, side, cornerOf, rounds } = cellPlaces(group, group.body.grid)
  const size = scene.map.text
  const alike = new Map<string, { span: Span<DisplayStatus>; corners: Corner[] }>()
  for (const [at, { id }] of agentsOf(group, scene.state).entries())
    for (const span of statusSpans(id, scene)) {
      const key = `${span.value} ${span.from} ${span.until}`
      const held = alike.get(key)
      if (held === undefined) alike.set(key, { span, corners: [cornerOf(at)] })
      else held.corners.push(cornerOf(at))
    }
  return [
    `<g transform="translate(${short(left)} ${short(top)})">`,
    ...rounds.map(({ y, words }) => textSvg(0, y + size, words, 20, size)),
    ...[...alike.values()].map(({ span, corners }) =>
      scene.reel.show(span, cellsSvg(span.value, corners, side)),
    ),
    '</g>',
  ].join('')
}

function cardsOf(group: PlacedGroup, scene: Scene): string {
  const { reel, map, state, hasNames } = scene
  return agentsOf(group, state)
    .map((agent, at) => {
      const box = cardBox(group, at)
      const spans = statusSpans(agent.id, scene)
      const name = hasNames ? agent.label : `agent ${agent.id}`
      const there = { value: true, from: spans[0]?.from ?? 0, until: scene.frames.length } as const
      const frame = `${rectSvg(box, 'card')}${cardTextSvg(box, { line: 1, words: name }, map.text)}`
      return (
        reel.show(there, frame) +
        spans.map((span) => reel.show(span, cardStatus(box, span.value, map.text))).join('')
      )
    })
    .join('')
}

function cardStatus(box: Box, status: DisplayStatus, size: number): string {
  const glyph = cellsSvg(status, [{ x: 0, y: 0 }], 13)
  return `<g transform="translate(${short(box.x + 10)} ${short(box.y + 16)})">${glyph}</g>${cardTextSvg(box, { line: 2, words: statusLabels[status] }, size)}`
}

/** What stands around the map, and the style by which all of it moves. */
function wholeSvg(
  drawn: string,
  reel: Reel,
  { map, state, frames }: Pick<Scene, 'map' | 'state' | 'frames'>,
): string {
  const { box, scale, text: size } = map
  const width = Math.max(box.width, LEAST_WIDTH / scale)
  const room = width - 2 * size
  const [large, middle] = [size * 1.6, size * 1.25]
  const top = box.y - large - middle - 2.6 * size
  const x = box.x + size
  const legend = legendSvg(frames, { x, y: box.y + box.height + size, width: room, height: 0 }, size)
  const height = box.y + box.height + legend.height - top
  const view = [box.x, top, width, height].map(short).join(' ')
  const figures = spansOf(frames, ({ words }) => words)
  const title = state.run.title
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="film" role="img" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" viewBox="${view}">`,
    `<title>${e(`Replay of ${title}`)}</title>`,
    `<style>${themeStyle}${pictureStyle}.film{background:var(--bg)}.film .figures{font-variant-numeric:tabular-nums}.film .line{fill:var(--accent)}${reel.style()}</style>`,
    `<rect x="${short(box.x)}" y="${short(top)}" width="${short(width)}" height="${short(height)}" fill="var(--bg)"/>`,
    textSvg(x, top + large + 0.6 * size, title, fitting(room, large), large, 'title'),
    ...figures.map((span) =>
      reel.show(
        span,
        textSvg(
          x,
          top + large + middle + 1.1 * size,
          span.value,
          fitting(room, middle),
          middle,
          'name figures',
        ),
      ),
    ),
    `<rect class="line reel-bar" x="${short(x)}" y="${short(top + large + middle + 1.8 * size)}" width="${short(room)}" height="${short(size * 0.2)}" rx="1"/>`,
    drawn,
    legend.svg,
    '</svg>',
  ].join('')
}

/** The statuses of the film with their words, in as many lines as they need. */
function legendSvg(frames: readonly FilmFrame[], at: Box, size: number): { svg: string; height: number } {
  const met = new Set(frames.flatMap(({ statuses }) => [...new Set(statuses.values())]))
  const line = size * 1.9
  let [x, y] = [at.x, at.y]
  const items = displayStatuses
    .filter((status) => met.has(status))
    .map((status) => {
      const words = statusLabels[status]
      const width = size * (2.6 + words.length * 0.56)
      if (x + width > at.x + at.width) [x, y] = [at.x, y + line]
      const item = `<g transform="translate(${short(x)} ${short(y)})">${cellsSvg(status, [{ x: 0, y: 0 }], size)}</g>${textSvg(x + size * 1.5, y + size * 0.9, words, words.length, size)}`
      x += width
      return item
    })
  return { svg: items.join(''), height: y - at.y + line + size }
}
