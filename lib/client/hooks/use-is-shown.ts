'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * False on the server and while its markup is taken over, true from then on: for what a shared query may
 * already know by the time a part of the page comes to life.
 */
export function useIsShown(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
