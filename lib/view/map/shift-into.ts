/** What is kept free at each side, in pixels. */
export type Room = { top: number; right: number; bottom: number; left: number }

/** By how much a picture has to move so that a point of it lies inside a frame; nothing where it does. */
export function shiftInto(
  point: { x: number; y: number },
  frame: { width: number; height: number },
  room: Room,
): { x: number; y: number } {
  return {
    x: along(point.x, room.left, frame.width - room.right),
    y: along(point.y, room.top, frame.height - room.bottom),
  }
}

function along(at: number, from: number, until: number): number {
  if (until <= from) return (from + until) / 2 - at
  return Math.min(until, Math.max(from, at)) - at
}
