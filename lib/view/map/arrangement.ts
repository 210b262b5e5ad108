import { type Arrangement, layoutBounds, type MapLayout } from './placed-map'

export const plainArrangement: Arrangement = { breaks: [], scale: 1, shape: null }

const scales = [1, 1.4, 2, 2.8]
const shapes = [null, 0.4, 0.8, 1.6, 3]
const mostRows = 4
/** Above this many groups fewer ways are compared: the picture is made of heads, not of cells. */
const manyGroups = 24
/** Under this zoom heads begin to lose words. */
const comfortableZoom = 0.72
/** No picture is drawn larger than this. */
const largestZoom = 1.15
/** An arrangement stays until another makes everything this much larger: moving costs attention. */
const worthMoving = 1.3

/** Groups in rows, as an arrangement breaks them. */
export function rowsOf<Group extends { id: string }>(
  groups: readonly Group[],
  { breaks }: Pick<Arrangement, 'breaks'>,
): Group[][] {
  const rows: Group[][] = [[]]
  for (const group of groups) {
    if (breaks.includes(group.id) && rows.at(-1)?.length !== 0) rows.push([])
    rows.at(-1)?.push(group)
  }
  return rows
}

/**
 * The layout in which cells and words come out largest on the screen. What is kept stays unless another one
 * is clearly better.
 */
export function bestArranged(
  ids: readonly string[],
  room: { width: number; height: number },
  kept: Arrangement | null,
  lay: (arrangement: Arrangement) => MapLayout,
): MapLayout {
  const weighed = (arrangement: Arrangement) => {
    const layout = lay(arrangement)
    return { layout, worth: worthOf(layout, arrangement, room) }
  }
  let best = weighed(kept ?? plainArrangement)
  const least = kept === null ? 1.001 : worthMoving
  const bar = best.worth * least
  const widths = new Map(best.layout.groups.map(({ id, box }) => [id, box.width]))
  for (const breaks of breaksOf(ids, widths)) {
    for (const shape of ids.length > manyGroups ? [null] : shapes) {
      for (const scale of scales) {
        const next = weighed({ breaks, scale, shape })
        if (next.worth > bar && next.worth > best.worth * 1.001) best = next
      }
    }
  }
  return best.layout
}

/** What a person gets of a layout that is fitted into the room: larger cells, and words in full. */
function worthOf(layout: MapLayout, { scale }: Arrangement, room: { width: number; height: number }): number {
  const { width, height } = layoutBounds(layout)
  const zoom = Math.min(largestZoom, room.width / width, room.height / height)
  const words = Math.min(1, zoom / comfortableZoom) ** 2
  const cells = layout.groups.reduce(
    (sum, { body, agentIds }) => sum + (body.kind === 'cells' ? agentIds.length : 0),
    0,
  )
  const agents = layout.groups.reduce((sum, { agentIds }) => sum + agentIds.length, 0)
  const share = agents === 0 ? 0 : cells / agents
  return zoom * scale ** (0.9 * share) * words
}

/** Rows of about the same width, for each number of rows that makes sense. */
function breaksOf(ids: readonly string[], widths: ReadonlyMap<string, number>): (readonly string[])[] {
  const most = Math.min(mostRows, ids.length)
  const total = ids.reduce((sum, id) => sum + (widths.get(id) ?? 0), 0)
  return Array.from({ length: most }, (_, at) => {
    const rows = at + 1
    const breaks: string[] = []
    let before = 0
    for (const id of ids) {
      const own = widths.get(id) ?? 0
      // A group belongs to the row in which its middle is.
      const row = Math.min(rows - 1, Math.floor(((before + own / 2) / Math.max(1, total)) * rows))
      if (row > breaks.length) breaks.push(id)
      before += own
    }
    return breaks
  })
}
