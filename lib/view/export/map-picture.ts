import type { RunState } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatusOf, statusLabels } from '../agent/status-display'
import { usdIn } from '../format/money'
import { plural } from '../format/numbers'
import { groupCounter } from '../map/group-counts'
import type { Box } from '../map/map-shape'
import type { PlacedGroup } from '../map/placed-map'
import { segments } from '../timeline/phase-progress'
import { escapeHtml as e } from './escape'
import {
  agentsOf,
  arrangeMap,
  cardBox,
  cardTextSvg,
  cellPlaces,
  edgeSvg,
  fitting,
  framesSvg,
  groupHeadSvg,
  mapWords,
  rectSvg,
  scriptSvg,
  textSvg,
} from './map-drawing'
import { type Corner, cellsSvg, short } from './status-cells'

/** What is drawn, and how large: `text` is the height of the smallest words in canvas units. */
type Picture = { state: RunState; text: number }

/**
 * The map of a run as it stands, arranged as on its page: groups with their counts, a cell an agent by status,
 * and how answers went from group to group. Its length grows by the groups, and by some forty characters an
 * agent.
 */
export function mapSvg(state: RunState): string {
  const map = arrangeMap(state)
  const { graph, layout, box, scale, text } = map
  const view = [box.x, box.y, box.width, box.height].map(short).join(' ')
  return [
    `<svg class="map" role="img" aria-label="${e(mapWords(layout))}" width="${Math.round(box.width * scale)}" height="${Math.round(box.height * scale)}" viewBox="${view}">`,
    framesSvg(map),
    ...graph.edges.map((edge) => edgeSvg(edge, map)),
    scriptSvg(map, state.run.workflow?.name ?? 'pasted script'),
    ...layout.groups.map((group) => groupSvg(group, { state, text })),
    '</svg>',
  ].join('')
}

function groupSvg(group: PlacedGroup, picture: Picture): string {
  const { state, text: size } = picture
  const { box, agentIds } = group
  const { counts, spentNanoUsd } = groupCounter(agentIds)(state.agents)
  const usd = usdIn(state.run.simulated)
  const [x, room] = [box.x + 14, box.width - 28]
  const bad = (['failed', 'flagged', 'stalled'] as const).filter((status) => counts[status] > 0)
  const words = bad.map((status) => `${counts[status]} ${statusLabels[status].toLowerCase()}`).join(', ')
  const amount = spentNanoUsd === 0 ? '' : ` · ${usd(spentNanoUsd)}`
  return [
    groupHeadSvg(
      group,
      agentIds.length === 0 ? 'no agents' : `${plural(agentIds.length, 'agent')}${amount}`,
      size,
    ),
    barSvg(counts, { x, y: box.y + 52, width: room, height: 6 }),
    group.body.kind === 'cells' ? cellsOf(group, picture) : cardsOf(group, picture),
    words === '' ? '' : textSvg(x, box.y + box.height - 11, words, fitting(room, size), size, 'bad'),
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
  if (group.body.kind !== 'cells' || group.agentIds.length === 0) return ''
  const { left, top, side, cornerOf, rounds } = cellPlaces(group, group.body.grid)
  const byStatus = new Map<DisplayStatus, Corner[]>()
  for (const [at, agent] of agentsOf(group, state).entries()) {
    const status = displayStatusOf(agent)
    const held = byStatus.get(status)
    if (held === undefined) byStatus.set(status, [cornerOf(at)])
    else held.push(cornerOf(at))
  }
  return [
    `<g transform="translate(${short(left)} ${short(top)})">`,
    ...rounds.map(({ y, words }) => textSvg(0, y + size, words, 20, size)),
    ...[...byStatus].map(
      ([status, corners]) =>
        `<g><title>${plural(corners.length, 'agent')}: ${statusLabels[status].toLowerCase()}</title>${cellsSvg(status, corners, side)}</g>`,
    ),
    '</g>',
  ].join('')
}

/** A few agents: each by its name, status and cost. */
function cardsOf(group: PlacedGroup, { state, text: size }: Picture): string {
  const usd = usdIn(state.run.simulated)
  return agentsOf(group, state)
    .map((agent, at) => {
      const box = cardBox(group, at)
      const status = displayStatusOf(agent)
      const words = `${statusLabels[status]} · ${usd(agent.costNanoUsd)}`
      return `<a href="#${e(agent.id)}">${rectSvg(box, 'card')}<g transform="translate(${short(box.x + 10)} ${short(box.y + 16)})">${cellsSvg(status, [{ x: 0, y: 0 }], 13)}</g>${cardTextSvg(box, { line: 1, words: agent.label }, size)}${cardTextSvg(box, { line: 2, words }, size)}</a>`
    })
    .join('')
}
