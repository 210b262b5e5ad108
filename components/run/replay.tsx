'use client'

import { type ReactNode, useEffect, useMemo } from 'react'
import { ReplayContext } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useHistory } from '@/lib/client/run/use-history'
import { useReplayTime } from '@/lib/client/run/use-run-url'

/**
 * Shows everything below it at the moment in the address, folded from the journal; without a moment, as it is
 * now.
 */
export function Replay({ children }: { children: ReactNode }) {
  const { store, history: held } = useLiveRun()
  const [t] = useReplayTime()
  const { history } = useHistory(t !== null)
  const atMs = t === null || history.seq === 0 ? null : history.origin + t
  const count = atMs === null ? 0 : held.replay.countAt(atMs)

  useEffect(() => {
    store.show(atMs === null ? null : held.replay.stateAfter(Math.max(1, count)))
  }, [store, held, atMs, count])
  useEffect(() => () => store.show(null), [store])

  const moment = useMemo(() => ({ atMs, seq: count }), [atMs, count])
  return <ReplayContext value={moment}>{children}</ReplayContext>
}
