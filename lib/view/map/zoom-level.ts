/** How much of a group is shown at a zoom: its sum, its cells, their names, their cards. */
export type ZoomLevel = 'far' | 'middle' | 'near' | 'close'

export const zooms = { min: 0.08, max: 8 }

/**
 * The level of a zoom for a group whose cells have this pitch; cards need no level, they are read as they
 * are.
 */
export function zoomLevel(zoom: number, pitch: number): ZoomLevel {
  if (zoom < 0.27) return 'far'
  const side = zoom * pitch
  if (side < 46) return 'middle'
  return side < 104 ? 'near' : 'close'
}
