'use client'

import { useSyncExternalStore } from 'react'
import { useReplay } from './replay-context'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = 0

/**
 * Milliseconds since 1970, once a second and in one beat for the page; 0 until it is shown in a browser.
 * While a run is replayed it is the moment that is shown.
 */
export function useNow(isTicking = true): number {
  const { atMs } = useReplay()
  const now = useSyncExternalStore(isTicking && atMs === null ? subscribe : subscribeNever, read, () => 0)
  return atMs ?? now
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function subscribeNever(): () => void {
  return () => {}
}

function read(): number {
  if (timer === undefined) now = Math.floor(Date.now() / 1000) * 1000
  return now
}

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}
