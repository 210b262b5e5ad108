'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
/** What was kept on this page, also where the browser stores nothing. */
const kept = new Map<string, string>()

/** A text that this browser keeps under a name; null until there is one. */
export function useKeptText(name: string): [string | null, (text: string) => void] {
  const read = useCallback(() => kept.get(name) ?? stored(keyOf(name)), [name])
  const text = useSyncExternalStore(subscribe, read, () => null)
  const keep = useCallback(
    (next: string) => {
      kept.set(name, next)
      try {
        localStorage.setItem(keyOf(name), next)
      } catch (cause) {
        console.warn('This choice is not saved: this browser blocks storage.', cause)
      }
      for (const listener of listeners) listener()
    },
    [name],
  )
  return [text, keep]
}

/** A value that this browser keeps as JSON. `read` gives what a text means, and the usual value for null. */
export function useKept<T>(name: string, read: (text: string | null) => T): [T, (value: T) => void] {
  const [text, keep] = useKeptText(name)
  const value = useMemo(() => read(text), [read, text])
  return [value, useCallback((next: T) => keep(JSON.stringify(next)), [keep])]
}

function keyOf(name: string): string {
  return `skein-${name}`
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch (cause) {
    console.info('This browser blocks storage.', cause)
    return null
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
