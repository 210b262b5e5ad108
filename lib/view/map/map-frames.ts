import type { Box, MapFrame } from './map-shape'

export type FrameBox = MapFrame & { key: string; depth: number; box: Box }
type Framed = { frames: readonly MapFrame[]; box: Box }

/** Room between a frame and its contents, and between two frames. */
export const framePadding = 16
/** The line with its label. */
const frameHead = 26

/** Frames around neighbours that share one. A frame interrupted by other groups is drawn as several. */
export function frameBoxes(groups: readonly Framed[]): FrameBox[] {
  const boxes: FrameBox[] = []
  const most = Math.max(0, ...groups.map(({ frames }) => frames.length))
  for (let depth = 0; depth < most; depth++) {
    let open: FrameBox | null = null
    for (const { frames, box } of [...groups].sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y)) {
      const frame = frames[depth]
      if (frame === undefined) {
        open = null
        continue
      }
      const inset = framePadding * (most - depth)
      const wide = {
        x: box.x - inset,
        y: box.y - inset - frameHead * (frames.length - depth) + framePadding,
        width: box.width + 2 * inset,
        height: box.height + 2 * inset + frameHead * (frames.length - depth) - framePadding,
      }
      if (open === null || open.id !== frame.id) {
        open = { ...frame, key: `${frame.id} ${boxes.length}`, depth, box: wide }
        boxes.push(open)
      } else open.box = join(open.box, wide)
    }
  }
  return boxes
}

function join(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}
