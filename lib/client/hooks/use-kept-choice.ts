'use client'

import { useCallback, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
/** What was chosen on this page, also where the browser stores nothing. */
const chosen = new Map<string, string>()

/** A choice that this browser remembers; the first of the options until somebody chooses. */
export function useKeptChoice<T extends string>(
  name: string,
  options: readonly [T, ...T[]],
): [T, (choice: T) => void] {
  const [first] = options
  const read = useCallback(() => {
    const kept = chosen.get(name) ?? stored(keyOf(name))
    return options.find((option) => option === kept) ?? first
  }, [name, options, first])
  const choice = useSyncExternalStore(subscribe, read, () => first)
  const choose = useCallback(
    (next: T) => {
      chosen.set(name, next)
      try {
        localStorage.setItem(keyOf(name), next)
      } catch (cause) {
        console.warn('This choice is not saved: this browser blocks storage.', cause)
      }
      for (const listener of listeners) listener()
    },
    [name],
  )
  return [choice, choose]
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
