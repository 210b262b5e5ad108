'use client'

import { useSyncExternalStore } from 'react'
import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'

const KEY = 'skein-notify'
/** Runs that somebody asked to be told of; older ones have long ended. */
const MOST = 200

const listeners = new Set<() => void>()
let kept: ReadonlySet<string> | null = null
const none: ReadonlySet<string> = new Set()

/** The runs of which this browser tells its person, by their ids. */
export function watchedRuns(): ReadonlySet<string> {
  kept ??= stored()
  return kept
}

export function useWatchedRuns(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, watchedRuns, () => none)
}

export function watchRun(runId: string, isWatched: boolean): void {
  const others = [...watchedRuns()].filter((id) => id !== runId)
  kept = new Set(isWatched ? [...others, runId].slice(-MOST) : others)
  try {
    localStorage.setItem(KEY, JSON.stringify([...kept]))
  } catch (cause) {
    console.warn('Which runs to tell of is not saved: this browser blocks storage.', cause)
  }
  for (const listener of listeners) listener()
}

function stored(): ReadonlySet<string> {
  try {
    const parsed = z.array(z.string()).safeParse(parseJson(localStorage.getItem(KEY) ?? '[]'))
    return new Set(parsed.success ? parsed.data : [])
  } catch (cause) {
    console.info('This browser blocks storage.', cause)
    return none
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const onStorage = (event: StorageEvent) => {
    if (event.key !== KEY) return
    kept = null
    listener()
  }
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}
