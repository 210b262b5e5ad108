import { type RefCallback, useCallback, useRef, useState } from 'react'
import { margins } from './map-controls'

type Room = { width: number; height: number }

/** Sizes are told in steps of this many pixels: a scroll bar that comes and goes moves nothing. */
const STEP = 40

/** The pixels a map has to draw in, margins taken off; null until it is on the page. */
export function useRoom(): [RefCallback<HTMLElement>, Room | null] {
  const [room, setRoom] = useState<Room | null>(null)
  const stop = useRef<() => void>(() => {})
  const attach = useCallback((element: HTMLElement | null) => {
    stop.current()
    stop.current = () => {}
    if (element === null) return
    const measure = () => {
      const next = roomOf(element)
      setRoom((last) => (last?.width === next.width && last.height === next.height ? last : next))
    }
    measure()
    const sizes = new ResizeObserver(measure)
    sizes.observe(element)
    stop.current = () => sizes.disconnect()
  }, [])
  return [attach, room]
}

function roomOf({ clientWidth, clientHeight }: HTMLElement): Room {
  const steps = (pixels: number) => Math.max(1, Math.floor(pixels / STEP)) * STEP
  return {
    width: steps(clientWidth - margins.left - margins.right),
    height: steps(clientHeight - margins.top - margins.bottom),
  }
}
