import type { Envelope } from '@/lib/core/run/events'
import { Replay } from '@/lib/view/timeline/replay'
import { foldHistory, noHistory, type RunHistory } from '@/lib/view/timeline/timeline-history'
import type { RunStore, Schedule } from './run-store'

export type HistoryView = { history: RunHistory; isComplete: boolean; problem: string | null }

export type HistoryStore = {
  getView: () => HistoryView
  subscribe: (listener: () => void) => () => void
  /** Reads the journal from its beginning and stays at its end, for as long as somebody wants it. */
  open: () => () => void
  replay: Replay
}

export type HistorySource = Pick<RunStore, 'seq' | 'onEvents'> & {
  /** Envelopes above a cursor, oldest first; none when there are no more. */
  loadPage: (after: number) => Promise<readonly Envelope[]>
}

const emptyHistory: HistoryView = { history: noHistory, isComplete: false, problem: null }

/**
 * What a run did over time. The past comes from the journal in pages, what follows from the page's own
 * stream; both are one sequence, and a gap between them is filled from the journal.
 */
export function createHistoryStore(source: HistorySource, schedule: Schedule): HistoryStore {
  let view = emptyHistory
  let isLoading = false
  let isPaintAsked = false
  let readers = 0
  let leave = () => {}
  const replay = new Replay()
  const listeners = new Set<() => void>()

  const update = (change: Partial<HistoryView>) => {
    view = { ...view, ...change }
    if (isPaintAsked) return
    isPaintAsked = true
    schedule(() => {
      isPaintAsked = false
      for (const listener of listeners) listener()
    })
  }

  const take = (envelopes: readonly Envelope[]) => {
    const fresh = envelopes.filter(({ seq }) => seq > view.history.seq)
    if (fresh.length === 0) return
    const history = foldHistory(view.history, fresh)
    replay.add(fresh)
    update({ history })
  }

  const fill = async () => {
    if (isLoading || readers === 0) return
    isLoading = true
    try {
      while (view.history.seq < source.seq()) {
        const page = await source.loadPage(view.history.seq)
        if (page.length === 0) break
        take(page)
      }
      update({ isComplete: true, problem: null })
    } catch (error) {
      update({ problem: error instanceof Error ? error.message : String(error) })
    } finally {
      isLoading = false
    }
  }

  const hear = (envelopes: readonly Envelope[]) => {
    const [first] = envelopes
    if (first !== undefined && first.seq <= view.history.seq + 1) take(envelopes)
    if (view.history.seq < source.seq()) void fill()
  }

  return {
    replay,
    getView: () => view,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open: () => {
      readers += 1
      if (readers === 1) leave = source.onEvents(hear)
      void fill()
      return () => {
        readers -= 1
        if (readers === 0) leave()
      }
    },
  }
}
