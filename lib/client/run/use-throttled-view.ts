'use client'

import { useCallback, useRef, useSyncExternalStore } from 'react'
import { useLiveRun } from './run-context'
import type { RunView } from './run-view'

/** How often numbers change that nobody acts on within the blink of an eye. */
const THROTTLE_MS = 250

/**
 * One value out of the run, read no more than four times a second: for numbers that are read, not clicked.
 */
export function useThrottledView<T>(select: (view: RunView) => T): T {
  const { store, opening } = useLiveRun()
  const held = useRef<RunView | null>(null)
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const notify = () => {
        timer = undefined
        held.current = store.getView()
        listener()
      }
      const stop = store.subscribe(() => {
        // The first picture and the end of a run are not made to wait.
        const { state, connection } = store.getView()
        const before = held.current
        const isNews = before?.state?.run !== state?.run || before?.connection !== connection
        if (isNews) {
          clearTimeout(timer)
          notify()
        } else timer ??= setTimeout(notify, THROTTLE_MS)
      })
      return () => {
        clearTimeout(timer)
        stop()
      }
    },
    [store],
  )
  return useSyncExternalStore(
    subscribe,
    () => {
      held.current ??= store.getView()
      return select(held.current)
    },
    () => select(opening),
  )
}
