'use client'

import { useEffect, useState } from 'react'
import { type Shown, withLeaving } from '@/lib/view/runs/leaving'

/** How long what leaves a list is still drawn, fading: `--animate-leave`. */
const LEAVING_MS = 300

/**
 * The rows of a list together with those that have just left it, at the places they had. `scope` says what
 * the list is of: after a change of it nothing lingers, since another list was asked for.
 */
export function useLeaving<T extends { id: string }>(rows: readonly T[], scope: string): Shown<T>[] {
  const [held, setHeld] = useState(() => ({ rows, scope, shown: withLeaving<T>([], rows) }))
  let { shown } = held
  if (!haveSame(held.rows, rows) || held.scope !== scope) {
    shown = withLeaving(held.scope === scope ? held.shown : [], rows)
    setHeld({ rows, scope, shown })
  }
  const isLeaving = shown.some((one) => one.isLeaving)
  useEffect(() => {
    if (!isLeaving) return
    const timer = setTimeout(
      () => setHeld((before) => ({ ...before, shown: before.shown.filter((one) => !one.isLeaving) })),
      LEAVING_MS,
    )
    return () => clearTimeout(timer)
  }, [isLeaving, held.rows])
  return shown
}

/** Whether two lists hold the very same rows: a list that is filtered anew each time is no new list. */
function haveSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((row, at) => row === b[at])
}
