'use client'

import { useEffect, useSyncExternalStore } from 'react'
import { useLiveRun } from './run-context'
import type { HistoryView } from './run-history'

/** What the run did over time; read while a component that asks for it is mounted. */
export function useHistory(isWanted = true): HistoryView {
  const { history } = useLiveRun()
  useEffect(() => (isWanted ? history.open() : undefined), [history, isWanted])
  return useSyncExternalStore(history.subscribe, history.getView, history.getView)
}
