'use client'

import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from 'react'
import { pressedKey } from '@/lib/client/hooks/pressed-key'
import { onThemeChange } from '@/lib/client/http/theme'
import type { TimeSegment } from '@/lib/view/timeline/timeline-history'
import type { TimelineRow } from '@/lib/view/timeline/timeline-lanes'
import { panned, type TimeWindow, zoomed } from '@/lib/view/timeline/timeline-scale'
import { segmentSentence, trackSentence } from '@/lib/view/timeline/timeline-words'
import { AXIS_HEIGHT, drawTimeline, ROW_HEIGHT, type TimelineScene, xOf } from './draw-timeline'
import { readTimelinePalette, type TimelinePalette } from './style'

type Given = Omit<TimelineScene, 'width' | 'height' | 'scrollTop' | 'gutter' | 'row' | 'palette' | 'now'>
type Props = Given & {
  /** Moment the open bars reach to, asked at every drawing. */
  clock: () => number
  isLive: boolean
  onWindow: (window: TimeWindow) => void
  onSelect: (agentId: string) => void
}
type Hover = { x: number; y: number; text: string }

/** All rows on one canvas that shows the part on screen. Pointer, wheel and arrow keys reach everything. */
export function TimelineCanvas(props: Props) {
  const { rows, history, clock, isLive, onWindow, onSelect } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const palette = useRef<TimelinePalette | null>(null)
  const asked = useRef(0)
  const [row, setRow] = useState<number | null>(null)
  const [hover, setHover] = useState<Hover | null>(null)
  const optionId = useId()

  const scene = (): TimelineScene | null => {
    const box = scroller.current
    if (box === null) return null
    palette.current ??= readTimelinePalette(box)
    const width = box.clientWidth
    return {
      ...props,
      width,
      height: box.clientHeight,
      scrollTop: box.scrollTop,
      gutter: Math.min(190, Math.max(84, width * 0.2)),
      row,
      palette: palette.current,
      now: clock(),
    }
  }

  const paint = useEffectEvent(() => {
    const element = canvas.current
    const drawn = scene()
    const ctx = element?.getContext('2d')
    if (!element || !ctx || drawn === null) return
    const sharpness = Math.min(3, window.devicePixelRatio || 1)
    const [width, height] = [Math.round(drawn.width * sharpness), Math.round(drawn.height * sharpness)]
    if (element.width !== width || element.height !== height) {
      element.width = width
      element.height = height
      element.style.width = `${drawn.width}px`
      element.style.height = `${drawn.height}px`
    }
    ctx.setTransform(sharpness, 0, 0, sharpness, 0, 0)
    drawTimeline(ctx, drawn)
  })
  const ask = () => {
    if (asked.current !== 0) return
    asked.current = requestAnimationFrame(() => {
      asked.current = 0
      paint()
    })
  }

  // Every new prop is something new to draw; several in one frame are drawn once.
  useEffect(ask)
  useEffect(() => {
    const box = scroller.current
    if (box === null) return
    const sizes = new ResizeObserver(ask)
    sizes.observe(box)
    const stopTheme = onThemeChange(() => {
      palette.current = null
      ask()
    })
    return () => {
      sizes.disconnect()
      stopTheme()
      cancelAnimationFrame(asked.current)
      asked.current = 0
    }
  }, [])
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(ask, 100)
    return () => clearInterval(timer)
  }, [isLive])

  const zoom = (factor: number, x?: number) => {
    const drawn = scene()
    if (drawn === null) return
    const { from, until } = props.window
    const share =
      x === undefined ? 0.5 : Math.min(1, Math.max(0, (x - drawn.gutter) / (drawn.width - drawn.gutter)))
    onWindow(zoomed(props.window, factor, from + share * (until - from), props.scale.length))
  }
  const pan = (share: number) => {
    const { from, until } = props.window
    onWindow(panned(props.window, share * (until - from), props.scale.length))
  }

  const onWheel = useEffectEvent((event: WheelEvent) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault()
      const left = scroller.current?.getBoundingClientRect().left ?? 0
      zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 180), event.clientX - left)
    } else if (sideways) {
      event.preventDefault()
      pan((event.deltaX || event.deltaY) / 800)
    }
  })
  useEffect(() => {
    const box = scroller.current
    // Not passive: a pinch would zoom the page otherwise.
    const listen = (event: WheelEvent) => onWheel(event)
    box?.addEventListener('wheel', listen, { passive: false })
    return () => box?.removeEventListener('wheel', listen)
  }, [])

  const under = (event: PointerEvent) => {
    const drawn = scene()
    const box = scroller.current?.getBoundingClientRect()
    if (drawn === null || box === undefined) return null
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    if (y < AXIS_HEIGHT) return null
    const index = Math.floor((y - AXIS_HEIGHT + drawn.scrollTop) / ROW_HEIGHT)
    const found = rows[index]
    return found === undefined ? null : { index, found, x, y, bar: barUnder(drawn, found, x) }
  }

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to))
    setRow(next)
    const box = scroller.current
    if (box === null) return
    const top = next * ROW_HEIGHT
    const room = box.clientHeight - AXIS_HEIGHT - ROW_HEIGHT
    if (top < box.scrollTop) box.scrollTop = top
    else if (top > box.scrollTop + room) box.scrollTop = top - room
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => move((row ?? -1) + 1),
      ArrowUp: () => move((row ?? 1) - 1),
      PageDown: () => move((row ?? 0) + 15),
      PageUp: () => move((row ?? 0) - 15),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      ArrowLeft: () => pan(-0.15),
      ArrowRight: () => pan(0.15),
      '+': () => zoom(0.7),
      '=': () => zoom(0.7),
      '-': () => zoom(1 / 0.7),
      Enter: () => {
        const agent = row === null ? null : agentOf(rows[row])
        if (agent !== null) onSelect(agent)
      },
    }
    const act = keys[pressedKey(event)]
    if (act === undefined || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    act()
  }

  const shown = row === null ? undefined : rows[row]
  return (
    <div
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={`Timeline, ${rows.length} rows. Up and down move, Enter opens, plus and minus zoom, left and right move in time.`}
      aria-activedescendant={optionId}
      className="relative h-full min-h-60 overflow-y-auto overscroll-contain"
      onScroll={ask}
      onKeyDown={onKeyDown}
      onBlur={() => setRow(null)}
      onPointerMove={(event) => {
        const at = under(event)
        setRow(at === null ? null : at.index)
        setHover(
          at === null
            ? null
            : {
                x: at.x,
                y: at.y,
                text:
                  at.bar === null
                    ? at.found.kind === 'agent'
                      ? trackSentence(history, at.found.track, clock())
                      : ''
                    : `${history.agents.get(at.bar.agentId)?.label ?? ''} · ${segmentSentence(history, at.bar.segment, clock())}`,
              },
        )
      }}
      onPointerLeave={() => {
        setHover(null)
        setRow(null)
      }}
      onPointerUp={(event) => {
        const at = under(event)
        const agent = at?.bar?.agentId ?? (at?.found.kind === 'agent' ? at.found.key : null)
        if (agent !== null && agent !== undefined && event.button === 0) onSelect(agent)
      }}
    >
      <div
        aria-hidden="true"
        className="min-h-full"
        style={{ height: rows.length * ROW_HEIGHT + AXIS_HEIGHT }}
      >
        <canvas ref={canvas} className="pointer-events-none sticky left-0 top-0 block" />
      </div>
      <div
        id={optionId}
        role="option"
        tabIndex={-1}
        aria-selected={shown?.key === props.selected}
        className="sr-only"
      >
        {shown === undefined
          ? 'No row is chosen'
          : shown.kind === 'agent'
            ? trackSentence(history, shown.track, clock())
            : `${shown.key}, ${shown.bars.length} stretches`}
      </div>
      {hover !== null && hover.text !== '' && (
        <div
          aria-hidden="true"
          className="num pointer-events-none absolute z-10 max-w-80 rounded-md border bg-raised px-2 py-1 text-xs shadow-pop"
          style={{
            left: Math.min(hover.x + 12, Math.max(0, (scroller.current?.clientWidth ?? 0) - 330)),
            top: hover.y + (scroller.current?.scrollTop ?? 0) + 14,
          }}
        >
          {hover.text}
        </div>
      )}
    </div>
  )
}

type Bar = { agentId: string; segment: TimeSegment }

function barUnder(scene: TimelineScene, row: TimelineRow, x: number): Bar | null {
  if (x < scene.gutter) return null
  const bars: readonly Bar[] =
    row.kind === 'slot' ? row.bars : row.track.segments.map((segment) => ({ agentId: row.key, segment }))
  const hit = bars.find(({ segment }) => {
    const from = xOf(scene, segment.from)
    return x >= from - 1 && x <= Math.max(from + 2, xOf(scene, segment.until ?? scene.now))
  })
  return hit ?? null
}

function agentOf(row: TimelineRow | undefined): string | null {
  if (row === undefined) return null
  return row.kind === 'agent' ? row.key : (row.bars[0]?.agentId ?? null)
}
