'use client'

import { useSyncExternalStore } from 'react'
import { type OverviewFrame, overviewFrameSchema } from '@/lib/api/first/overview'
import { parseJson } from '@/lib/core/base/json'
import { openStream } from './shared-stream-browser'
import { overviewTopic } from './shared-stream-leader'

export type Overview = { frame: OverviewFrame | null; status: 'connecting' | 'live' | 'reconnecting' }

const nothing: Overview = { frame: null, status: 'connecting' }
const listeners = new Set<() => void>()
let overview = nothing
let close: (() => void) | null = null

/** The overview, live for as long as somebody looks at it who may; `isOff` asks for nothing. */
export function useOverview(isOff = false): Overview {
  return useSyncExternalStore(
    isOff ? subscribeNothing : subscribe,
    () => (isOff ? nothing : overview),
    () => nothing,
  )
}

const subscribeNothing = () => () => {}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  close ??= open()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    close?.()
    close = null
    overview = nothing
  }
}

function open(): () => void {
  const stream = openStream(overviewTopic, 0, [])
  stream.addEventListener('open', () => publish({ ...overview, status: 'live' }))
  stream.addEventListener('lost', () => publish({ ...overview, status: 'reconnecting' }))
  stream.addEventListener('overview', ({ data }) => {
    const frame = overviewFrameSchema.safeParse(parseJson(String(data)))
    if (frame.success) publish({ frame: frame.data, status: 'live' })
    else console.warn('An overview frame in an unknown shape.', frame.error)
  })
  return stream.close
}

function publish(next: Overview): void {
  overview = next
  for (const listener of listeners) listener()
}
