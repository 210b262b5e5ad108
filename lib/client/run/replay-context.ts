'use client'

import { createContext, useContext } from 'react'

/**
 * The moment that is replayed, in milliseconds since 1970, and the last event by then. Null and 0 for now.
 */
export type ReplayMoment = { atMs: number | null; seq: number }

export const ReplayContext = createContext<ReplayMoment>({ atMs: null, seq: 0 })

/** Whether, and at which moment, the run of this page is replayed. */
export function useReplay(): ReplayMoment {
  return useContext(ReplayContext)
}
