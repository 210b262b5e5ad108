import type { RunState } from '@/lib/core/run/state'
import type { RunStore } from './run-store'
import { emptyView, type RunView } from './run-view'

/** What a page reads: the run as it is, unless a moment of its past is being shown. */
export type ShownRun = Pick<RunStore, 'getView' | 'subscribe' | 'seq'> & {
  /** Shows a past state in place of the present one; null goes back to now. */
  show: (past: RunState | null) => void
  /** The run as it is, whatever is shown. */
  getNow: () => RunView
}

/** A live run that can be looked at as it was: nothing that draws needs to know which of both it draws. */
export function createShownRun(live: RunStore): ShownRun {
  let past: RunView | null = null
  const listeners = new Set<() => void>()
  return {
    getView: () => past ?? live.getView(),
    getNow: live.getView,
    seq: () => past?.state?.seq ?? live.seq(),
    subscribe: (listener) => {
      listeners.add(listener)
      const leave = live.subscribe(listener)
      return () => {
        listeners.delete(listener)
        leave()
      }
    },
    show: (state) => {
      if (state === (past?.state ?? null)) return
      past =
        state === null ? null : { ...emptyView, state, isWhole: true, connection: live.getView().connection }
      for (const listener of listeners) listener()
    },
  }
}
