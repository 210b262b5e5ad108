'use client'

import { formatDuration } from '@/lib/view/format/time'

/** Less than this is nobody's concern. */
const LEAST_MS = 1000

/** What waiting for the slowest has cost so far, over all barriers. */
export function IdleNote({ idle }: { idle: { sumMs: number; worstMs: number } }) {
  if (idle.sumMs < LEAST_MS) return null
  return (
    <details className="num rounded-md border bg-raised px-2.5 py-1.5 text-xs text-ink-2">
      <summary className="select-none">
        Waiting on parallel(): <strong className="font-medium text-ink">{formatDuration(idle.sumMs)}</strong>{' '}
        of agent time
      </summary>
      <p className="mt-1.5 max-w-64 text-ink-3">
        A parallel() returns when its slowest item ends. This is the total time the other items waited for it.
        The longest wait was {formatDuration(idle.worstMs)}. In a pipeline() no item waits for another.
      </p>
    </details>
  )
}
