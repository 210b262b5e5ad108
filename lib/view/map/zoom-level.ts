/** How much of a group is shown at a zoom: its sum, its cells, their names, their cards. */
export type ZoomLevel = 'far' | 'middle' | 'near' | 'close'

export const zooms = { min: 0.08, max: 8 }

/** No word on the map is smaller than this on the screen, in pixels. */
export const LEAST_TEXT = 10.2

/** Sizes of text follow the zoom in steps of an eighth of a doubling. */
const STEPS = 8

/** The smallest text on the canvas that is still legible on the screen, in pixels of the canvas. */
export function leastText(zoom: number): number {
  const step = 2 ** (Math.floor(Math.log2(zoom) * STEPS + 1e-9) / STEPS)
  return Math.round((LEAST_TEXT / step) * 100) / 100
}

/** How much of what could be said has room: all, without amounts, names alone. */
export type TextRoom = 'all' | 'some' | 'names'

export function textRoom(zoom: number): TextRoom {
  if (zoom >= 0.8) return 'all'
  return zoom >= 0.5 ? 'some' : 'names'
}

/**
 * The level of a zoom for a group whose cells have this pitch; cards need no level, they are read as they
 * are. A cell is named where a name of two lines fits into it.
 */
export function zoomLevel(zoom: number, pitch: number): ZoomLevel {
  if (zoom < 0.3) return 'far'
  const side = zoom * pitch
  if (side < 64) return 'middle'
  return side < 128 ? 'near' : 'close'
}
