'use client'

import { useNow } from '@/lib/client/run/use-now'
import { type Clocked, elapsedMs, formatAgo, formatDuration, isTicking } from '@/lib/view/format/time'

/** Time a run has taken without its pauses; ticks alone, nothing around it repaints. */
export function Elapsed({ run }: { run: Clocked }) {
  const now = useNow(isTicking(run))
  const ms = now === 0 && isTicking(run) ? null : elapsedMs(run, now)
  return <span className="num whitespace-nowrap">{ms === null ? '–' : formatDuration(ms)}</span>
}

/** How long ago something was. */
export function Ago({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={at} className="num whitespace-nowrap">
      {now === 0 ? '–' : formatAgo(at, now)}
    </time>
  )
}
