'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { connectRun, type RunConnection } from './run-connection'
import { createRunStore, paintSchedule, type RunStore } from './run-store'

type Live = {
  id: string
  store: RunStore
  watch: (agents: readonly string[]) => void
  /** Connects again at once, after a run that had ended was made to go on. */
  rejoin: () => void
}

const LiveContext = createContext<Live | null>(null)

/** Connects one run for everything below it; gone when the page is. Closing a page never cancels a run. */
export function RunProvider({ id, children }: { id: string; children: ReactNode }) {
  const [live] = useState(() => createLive(id))
  useEffect(() => live.open(), [live])
  const value = useMemo(() => ({ id, store: live.store, watch: live.watch, rejoin: live.rejoin }), [id, live])
  return <LiveContext value={value}>{children}</LiveContext>
}

/** The connected run of this page. */
export function useLiveRun(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('There is no RunProvider above this component')
  return live
}

function createLive(id: string) {
  let connection: RunConnection | null = null
  let watched: readonly string[] = []
  const store = createRunStore(paintSchedule(), () => ({
    onGap: () => connection?.restart(),
    onLostText: () => connection?.rewatch(),
  }))
  return {
    store,
    watch: (agents: readonly string[]) => {
      watched = agents
      connection?.watch(agents)
    },
    rejoin: () => connection?.rejoin(),
    open: () => {
      const opened = connectRun(id, store)
      opened.watch(watched)
      connection = opened
      return () => {
        opened.close()
        connection = null
      }
    },
  }
}
