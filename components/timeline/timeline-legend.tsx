'use client'

import { useEffect, useRef } from 'react'
import { onThemeChange } from '@/lib/client/http/theme'
import type { Activity } from '@/lib/view/timeline/timeline-history'
import { activities, activityLabels } from '@/lib/view/timeline/timeline-words'
import { drawSegment } from './draw-segment'
import { readTimelinePalette, segmentStyles } from './style'

/** What every bar means, drawn by the hand that draws the bars. */
export function TimelineLegend() {
  return (
    <details className="relative">
      <summary className="h-7 cursor-pointer select-none rounded-md px-2 py-1.5 text-ink-2 hover:bg-hover">
        Legend
      </summary>
      <ul className="absolute right-0 top-8 z-20 flex w-64 max-w-[80vw] flex-col gap-1 rounded-md border bg-raised p-3 shadow-pop">
        {activities.map((activity) => (
          <li key={activity} className="flex items-center gap-2">
            <Swatch activity={activity} />
            {activityLabels[activity]}
          </li>
        ))}
        <li className="flex items-center gap-2">
          <span aria-hidden="true" className="inline-block h-1 w-9 border-y border-line-strong" />
          Waiting on parallel()
        </li>
        <li className="flex items-center gap-2">
          <span aria-hidden="true" className="inline-block h-0.5 w-9 bg-accent" />
          On the critical path, or selected
        </li>
      </ul>
    </details>
  )
}

function Swatch({ activity }: { activity: Activity }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const draw = () => {
      const ctx = canvas.current?.getContext('2d')
      const host = canvas.current?.parentElement
      if (!ctx || !host) return
      ctx.setTransform(2, 0, 0, 2, 0, 0)
      ctx.clearRect(0, 0, 36, 14)
      const style = segmentStyles[activity]
      drawSegment(ctx, style, readTimelinePalette(host)[style.token] ?? '', {
        x: 0,
        y: 0,
        width: 36,
        height: 14,
      })
    }
    draw()
    return onThemeChange(() => requestAnimationFrame(draw))
  }, [activity])
  return <canvas ref={canvas} width={72} height={28} className="h-3.5 w-9 shrink-0" />
}
