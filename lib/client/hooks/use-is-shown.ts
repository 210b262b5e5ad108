'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * False on the server and during hydration, true afterwards. For values that a shared query may already have
 * by the time a part of the page hydrates.
 */
export function useIsShown(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
