import { useStore } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { leastText, type TextRoom, textRoom } from '@/lib/view/map/zoom-level'

/**
 * Keeps words on the map legible at any zoom: tells style sheets how large the smallest text must be on the
 * canvas (`--map-text`), and how much room words have (`data-words`). Written into the page in steps, so a
 * zoom restyles it seldom.
 */
export function ReadableText() {
  const anchor = useRef<HTMLSpanElement>(null)
  const least = useStore(({ transform }) => leastText(transform[2]))
  const words: TextRoom = useStore(({ transform }) => textRoom(transform[2]))
  useEffect(() => {
    const map = anchor.current?.closest<HTMLElement>('[data-map]')
    map?.style.setProperty('--map-text', `${least}px`)
    map?.setAttribute('data-words', words)
  }, [least, words])
  return <span ref={anchor} hidden />
}
