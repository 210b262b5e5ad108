'use client'

import { useSyncExternalStore } from 'react'
import { type WallFrame, wallFrameSchema } from '@/lib/api/stream'
import { parseJson } from '@/lib/core/json'
import { api } from './paths'

export type Wall = { frame: WallFrame | null; status: 'connecting' | 'live' | 'reconnecting' }

const nothing: Wall = { frame: null, status: 'connecting' }
const listeners = new Set<() => void>()
let wall = nothing
let close: (() => void) | null = null

/** The team wall, live for as long as somebody looks at it. */
export function useWall(): Wall {
  return useSyncExternalStore(
    subscribe,
    () => wall,
    () => nothing,
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  close ??= open()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    close?.()
    close = null
    wall = nothing
  }
}

function open(): () => void {
  const source = new EventSource(api.wall)
  source.addEventListener('open', () => publish({ ...wall, status: 'live' }))
  source.addEventListener('wall', (event) => {
    const frame = wallFrameSchema.safeParse(parseJson(event.data))
    if (frame.success) publish({ frame: frame.data, status: 'live' })
    else console.warn('A wall frame in an unknown shape.', frame.error)
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  source.addEventListener('error', () => {
    publish({ ...wall, status: 'reconnecting' })
    // The browser gives up for good when the answer is an error page; every frame is whole, so beginning again is safe.
    if (source.readyState !== EventSource.CLOSED) return
    timer = setTimeout(() => {
      if (close !== null) close = open()
    }, 3000)
  })
  return () => {
    clearTimeout(timer)
    source.close()
  }
}

function publish(next: Wall): void {
  wall = next
  for (const listener of listeners) listener()
}
