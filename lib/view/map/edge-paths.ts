import { assertNever } from '@/lib/core/base/assert-never'
import { arcHeight, type EdgeRoute, gapReach } from './arched-edges'

/** Where an edge leaves its group and where it arrives, in canvas units. */
export type EdgeEnds = { fromX: number; fromY: number; toX: number; toY: number }

/** An edge as the `d` of a path, and the place of its label. */
export type EdgePath = [path: string, labelX: number, labelY: number]

/** Half the height of the bar at which all of a group arrive before the next begins. */
export const GATE = 15

/** Radius of the corners of an edge that passes between two rows. */
const CORNER = 18

/** The path of an edge by its route; a straight one is drawn by whoever knows the sides it joins. */
export function edgePath(route: EdgeRoute, ends: EdgeEnds, straight: () => EdgePath): EdgePath {
  switch (route.kind) {
    case 'arched':
      return arcPath(ends)
    case 'gap':
      return gapPath(ends, route.y)
    case 'straight':
      return straight()
    default:
      return assertNever(route)
  }
}

/** Out to the right, into the gap above the row of the target, along it, and in from the left. */
function gapPath({ fromX, fromY, toX, toY }: EdgeEnds, gapY: number): EdgePath {
  const [out, back] = [fromX + gapReach, toX - gapReach]
  const first = gapY > fromY ? CORNER : -CORNER
  const last = toY > gapY ? CORNER : -CORNER
  const along = back < out ? -CORNER : CORNER
  const path = [
    `M${fromX},${fromY}H${out - CORNER}Q${out},${fromY} ${out},${fromY + first}`,
    `V${gapY - first}Q${out},${gapY} ${out + along},${gapY}`,
    `H${back - along}Q${back},${gapY} ${back},${gapY + last}`,
    `V${toY - last}Q${back},${toY} ${back + CORNER},${toY}H${toX}`,
  ].join('')
  return [path, (out + back) / 2, gapY]
}

function arcPath({ fromX, fromY, toX, toY }: EdgeEnds): EdgePath {
  const top = Math.min(fromY, toY) - arcHeight(fromX, toX)
  const path = `M${fromX},${fromY} C${fromX + 90},${top} ${toX - 90},${top} ${toX},${toY}`
  return [path, (fromX + toX) / 2, (fromY + toY) / 8 + top * 0.75]
}
