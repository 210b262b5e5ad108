'use client'

import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { onThemeChange } from '@/lib/client/http/theme'
import type { RunHistory } from '@/lib/view/timeline/timeline-history'
import { minimapOf } from '@/lib/view/timeline/timeline-minimap'
import type { TimeScale, TimeWindow } from '@/lib/view/timeline/timeline-scale'
import { readTimelinePalette } from './style'

type Span = { from: number; until: number }
type Props = {
  history: RunHistory
  scale: TimeScale
  window: TimeWindow
  now: number
  /** Part of the run's time that filters, in milliseconds since its start. */
  brush: Span | null
  onBrush: (span: Span | null) => void
}

const HEIGHT = 40

/**
 * The whole run in one strip: how many agents worked and waited. A drag over it filters every view by time.
 */
export function Minimap({ history, scale, window: shown, now, brush, onBrush }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [theme, setTheme] = useState(0)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)

  useEffect(() => {
    const box = canvas.current?.parentElement
    if (!box) return
    const sizes = new ResizeObserver(() => setWidth(box.clientWidth))
    sizes.observe(box)
    const stop = onThemeChange(() => requestAnimationFrame(() => setTheme((before) => before + 1)))
    return () => {
      sizes.disconnect()
      stop()
    }
  }, [])

  useEffect(() => {
    const element = canvas.current
    const ctx = element?.getContext('2d')
    const host = element?.parentElement
    if (!element || !ctx || !host || width === 0) return
    const sharpness = Math.min(2, window.devicePixelRatio || 1)
    element.width = Math.round(width * sharpness)
    element.height = HEIGHT * sharpness
    ctx.setTransform(sharpness, 0, 0, sharpness, 0, 0)
    const palette = readTimelinePalette(host)
    const buckets = Math.max(1, Math.floor(width / 3))
    const { active, waiting, most } = minimapOf(history, scale, buckets, now)
    const column = width / buckets
    const draw = (value: number, below: number, at: number, colour: string | undefined) => {
      const height = (value / most) * (HEIGHT - 4)
      ctx.fillStyle = colour ?? ''
      ctx.fillRect(at * column, HEIGHT - below - height, Math.max(1, column - 0.5), height)
      return height
    }
    active.forEach((value, at) => {
      const below = draw(value, 0, at, palette.running)
      ctx.globalAlpha = 0.4
      draw(waiting[at] ?? 0, below, at, palette.waiting)
      ctx.globalAlpha = 1
    })
    // `theme` only says that the colours are others now.
    void theme
  }, [history, scale, now, width, theme])

  const place = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width))
  }
  const finish = () => {
    if (drag === null) return
    setDrag(null)
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    // A click is no span: it takes the filter away.
    if ((to - from) * width < 4) onBrush(null)
    else
      onBrush({
        from: Math.round(scale.stretch(from * scale.length)),
        until: Math.round(scale.stretch(to * scale.length)),
      })
  }
  const percent = (drawn: number) => `${scale.length === 0 ? 0 : (drawn / scale.length) * 100}%`
  const span =
    drag === null
      ? brush === null
        ? null
        : { left: scale.squeeze(brush.from), right: scale.squeeze(brush.until) }
      : {
          left: Math.min(drag.from, drag.to) * scale.length,
          right: Math.max(drag.from, drag.to) * scale.length,
        }
  return (
    <div
      className="relative ml-[clamp(84px,20%,190px)] h-10 cursor-crosshair touch-none select-none border-b bg-surface"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ from: place(event), to: place(event) })
      }}
      onPointerMove={(event) => {
        const to = place(event)
        setDrag((before) => (before === null ? null : { ...before, to }))
      }}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(null)}
      title="Drag to filter every view by time; click to clear"
    >
      <canvas ref={canvas} className="absolute inset-0 size-full" />
      <span
        aria-hidden="true"
        className="absolute inset-y-0 border-x border-ink-3 bg-ink/5"
        style={{ left: percent(shown.from), width: percent(shown.until - shown.from) }}
      />
      {span !== null && (
        <span
          aria-hidden="true"
          className="absolute inset-y-0 border-x-2 border-accent bg-accent/20"
          style={{ left: percent(span.left), width: percent(span.right - span.left) }}
        />
      )}
    </div>
  )
}
