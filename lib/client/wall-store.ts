'use client'

import { useSyncExternalStore } from 'react'
import { type WallFrame, wallFrameSchema } from '@/lib/api/stream'
import { parseJson } from '@/lib/core/json'
import { openStream } from './shared-stream-browser'
import { wallTopic } from './shared-stream-leader'

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
  const stream = openStream(wallTopic, 0, [])
  stream.addEventListener('open', () => publish({ ...wall, status: 'live' }))
  stream.addEventListener('lost', () => publish({ ...wall, status: 'reconnecting' }))
  stream.addEventListener('wall', ({ data }) => {
    const frame = wallFrameSchema.safeParse(parseJson(String(data)))
    if (frame.success) publish({ frame: frame.data, status: 'live' })
    else console.warn('A wall frame in an unknown shape.', frame.error)
  })
  return stream.close
}

function publish(next: Wall): void {
  wall = next
  for (const listener of listeners) listener()
}
