'use client'

import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = 0

/** Milliseconds since 1970, once a second and in one beat for the page; 0 until it is shown in a browser. */
export function useNow(isTicking = true): number {
  return useSyncExternalStore(isTicking ? subscribe : subscribeNever, read, () => 0)
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
