'use client'

import { useEffect, useRef, useState } from 'react'
import { onThemeChange } from '@/lib/client/http/theme'
import { type DisplayStatus, displayStatuses, statusLabels } from '@/lib/view/agent/status-display'
import type { Activity, RunHistory } from '@/lib/view/timeline/timeline-history'
import { activities, activityLabels } from '@/lib/view/timeline/timeline-words'
import { drawSegment } from './draw-segment'
import { endGlyphs } from './draw-timeline'
import { readTimelinePalette, segmentStyles } from './style'

type Props = {
  history: RunHistory
  displayStatusOf: (agentId: string) => DisplayStatus | null
  /** Whether some answer lay ready while parallel() waited for others. */
  hasIdle: boolean
  hasPath: boolean
  /** Whether the bars of one agent are underlined among those of others. */
  hasSelected: boolean
}

/** What the bars and marks of this run mean, drawn by the hand that draws them; nothing that it has none of. */
export function TimelineLegend({ history, displayStatusOf, hasIdle, hasPath, hasSelected }: Props) {
  const [isOpen, setOpen] = useState(false)
  const present = isOpen ? activitiesOf(history) : noActivities
  const ends = isOpen ? endsOf(history, displayStatusOf) : []
  return (
    <details className="relative" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="h-7 cursor-pointer select-none rounded-md px-2 py-1.5 text-ink-2 hover:bg-hover">
        Legend
      </summary>
      <ul className="absolute right-0 top-8 z-20 flex w-64 max-w-[80vw] flex-col gap-1 rounded-md border bg-raised p-3 shadow-pop">
        {activities
          .filter((activity) => present.has(activity))
          .map((activity) => (
            <li key={activity} className="flex items-center gap-2">
              <Swatch activity={activity} />
              {activityLabels[activity]}
            </li>
          ))}
        {hasIdle && (
          <li className="flex items-center gap-2">
            <span aria-hidden="true" className="inline-block h-1 w-9 border-y border-line-strong" />
            Waiting on parallel()
          </li>
        )}
        {ends.map(({ status, glyph }) => (
          <li key={status} className="flex items-center gap-2">
            <span aria-hidden="true" className="w-9 text-center" style={{ color: `var(--color-${status})` }}>
              {glyph}
            </span>
            {statusLabels[status]}
          </li>
        ))}
        {(hasPath || hasSelected) && (
          <li className="flex items-center gap-2">
            <span aria-hidden="true" className="inline-block h-0.5 w-9 bg-accent" />
            {hasPath ? 'On the critical path' : 'Of the selected agent'}
          </li>
        )}
      </ul>
    </details>
  )
}

const noActivities: ReadonlySet<Activity> = new Set()

/** What its agents did for any time at all. */
function activitiesOf({ agents }: RunHistory): ReadonlySet<Activity> {
  return new Set([...agents.values()].flatMap(({ segments }) => segments.map(({ activity }) => activity)))
}

/** The marks of its agents' ends, in the order of the statuses. */
function endsOf(
  { agents }: RunHistory,
  displayStatusOf: (agentId: string) => DisplayStatus | null,
): { status: DisplayStatus; glyph: string }[] {
  const ended = [...agents.values()].filter(({ endedAt }) => endedAt !== null)
  const present = new Set(ended.map(({ id }) => displayStatusOf(id)))
  return displayStatuses.flatMap((status) => {
    const glyph = present.has(status) ? endGlyphs[status] : undefined
    return glyph === undefined ? [] : [{ status, glyph }]
  })
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
