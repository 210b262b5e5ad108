'use client'

import { type FilmFrame, filmFrame, filmMoments } from '@/lib/view/export/film-frames'
import { filmSvg } from '@/lib/view/export/map-film'
import type { HistoryStore } from './run-history'
import type { ShownRun } from './shown-run'

type Options = {
  /** Whether agents are called by their labels. */
  hasNames: boolean
  signal: AbortSignal
  /** How far it is, from 0 to 1. */
  onProgress: (share: number) => void
}

/** Work is done in pieces of this length, so the page goes on meanwhile. */
const PIECE_MS = 12
/** Reading the journal takes about as long as folding it. */
const READING = 0.5

/**
 * The film of a run, as an SVG, from the journal that the page has or reads. Throws where the journal cannot be
 * read, and what the signal says once it is aborted.
 */
export async function makeFilm(
  { history, store }: { history: HistoryStore; store: Pick<ShownRun, 'getNow'> },
  { hasNames, signal, onProgress }: Options,
): Promise<string> {
  const close = history.open()
  try {
    await wholeHistory(history, store, { signal, onProgress })
    const held = history.getView().history
    const moments = filmMoments(held, Date.now())
    const frames: FilmFrame[] = []
    let rested = performance.now()
    for (const ms of moments) {
      const state = history.replay.stateAfter(Math.max(1, history.replay.countAt(ms)))
      if (state !== null) frames.push(filmFrame(state, ms - held.origin))
      if (performance.now() - rested < PIECE_MS) continue
      onProgress(READING + (1 - READING) * (frames.length / moments.length))
      await nextTask()
      signal.throwIfAborted()
      rested = performance.now()
    }
    const last = history.replay.stateAfter(history.replay.length)
    if (last === null) throw new Error('The journal of this run is empty.')
    return filmSvg(last, frames, hasNames)
  } finally {
    close()
  }
}

/** Resolves once the journal has been read up to where the page is. */
function wholeHistory(
  history: HistoryStore,
  store: Pick<ShownRun, 'getNow'>,
  { signal, onProgress }: Pick<Options, 'signal' | 'onProgress'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = history.subscribe(check)
    const end = (settle: () => void) => {
      leave()
      signal.removeEventListener('abort', stop)
      settle()
    }
    const stop = () => end(() => reject(signal.reason))
    function check() {
      const { history: held, isComplete, problem } = history.getView()
      const all = store.getNow().state?.seq ?? 0
      if (problem !== null) end(() => reject(new Error(problem)))
      else if (isComplete && held.seq >= all) end(resolve)
      else onProgress(all === 0 ? 0 : READING * Math.min(1, held.seq / all))
    }
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    else check()
  })
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve)
  })
}
