'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Snapshot } from '@/lib/core/run/state'
import { call } from '../http/api'
import { laterApi } from '../http/later'
import { holdOpenRun } from './open-run'
import { connectRun, type RunConnection } from './run-connection'
import { createHistoryStore, type HistoryStore } from './run-history'
import { createRunStore, paintSchedule, type RunStore } from './run-store'
import { openingView, type RunView } from './run-view'
import { createShownRun, type ShownRun } from './shown-run'

const streamApi = laterApi(async () => (await import('@/lib/api/endpoints/stream-endpoints')).streamApi)

type Live = {
  id: string
  /** What the page shows: the run as it is, or as it was at the moment that is replayed. */
  store: ShownRun
  /** What the page was opened with, on the server and for the first paint. */
  opening: RunView
  history: HistoryStore
  watch: (agents: readonly string[]) => void
  /** Connects again at once, after a run that had ended was made to go on. */
  rejoin: () => void
}

const LiveContext = createContext<Live | null>(null)

type ProviderProps = {
  id: string
  /** All but its agents, so the page says something with its first byte. */
  opening?: Snapshot | null
  /** How its store is kept true to the run: over the connection of this browser, unless told otherwise. */
  connect?: (runId: string, store: RunStore) => RunConnection
  children: ReactNode
}

/** Connects one run for everything below it; gone when the page is. Closing a page never cancels a run. */
export function RunProvider({ id, opening = null, connect = connectRun, children }: ProviderProps) {
  const [live] = useState(() => createLive(id, openingView(opening), connect))
  useEffect(() => live.open(), [live])
  const value = useMemo(() => {
    const { store, opening, history, watch, rejoin } = live
    return { id, store, opening, history, watch, rejoin }
  }, [id, live])
  useEffect(() => holdOpenRun(value), [value])
  return <LiveContext value={value}>{children}</LiveContext>
}

/** The connected run of this page. */
export function useLiveRun(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('There is no RunProvider above this component')
  return live
}

function createLive(id: string, opening: RunView, connect: NonNullable<ProviderProps['connect']>) {
  let connection: RunConnection | null = null
  let watched: readonly string[] = []
  const truth = createRunStore(
    paintSchedule(),
    () => ({
      onGap: () => connection?.restart(),
      onLostText: () => connection?.rewatch(),
    }),
    opening,
  )
  const loadPage = async (after: number) =>
    (await call(streamApi.followRun, { params: { id }, query: { after, limit: 5000 } })).events
  return {
    opening,
    store: createShownRun(truth),
    history: createHistoryStore({ seq: truth.seq, onEvents: truth.onEvents, loadPage }, paintSchedule()),
    watch: (agents: readonly string[]) => {
      watched = agents
      connection?.watch(agents)
    },
    rejoin: () => connection?.rejoin(),
    open: () => {
      const opened = connect(id, truth)
      opened.watch(watched)
      connection = opened
      return () => {
        opened.close()
        connection = null
      }
    },
  }
}
