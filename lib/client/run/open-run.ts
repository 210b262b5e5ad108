'use client'

import { create } from 'zustand'
import type { ShownRun } from './shown-run'

/** The run whose page is open, for what stands outside that page. */
export type OpenRun = { id: string; store: ShownRun; rejoin: () => void }

const held = create<{ run: OpenRun | null }>(() => ({ run: null }))

/** Makes a run known as the open one; what is returned takes it back, unless another has been opened. */
export function holdOpenRun(run: OpenRun): () => void {
  held.setState({ run })
  return () => {
    if (held.getState().run === run) held.setState({ run: null })
  }
}

/** The run whose page is open; null on every other page. */
export function useOpenRun(): OpenRun | null {
  return held(({ run }) => run)
}
