'use client'

import { useReactFlow, useStore } from '@xyflow/react'
import { useEffect } from 'react'
import { useMediaQuery } from '@/lib/client/hooks/use-media-query'
import { useThrottledView } from '@/lib/client/run/use-throttled-view'
import type { RunState } from '@/lib/core/run/state'
import type { MapLayout } from '@/lib/view/map/placed-map'

const none = null
const MOVE_MS = 140

/** Keeps the group of the agent that began last in view. Moves only when the group changes or has grown. */
export function useFollow(layout: MapLayout, isOn: boolean): void {
  const { setCenter } = useReactFlow()
  const isCalm = useMediaQuery('(prefers-reduced-motion: reduce)')
  const height = useStore((store) => store.height)
  const newest = useThrottledView((view) => (isOn && view.state !== null ? newestAgent(view.state) : none))
  const box = layout.groups.find(({ agentIds }) => newest !== null && agentIds.includes(newest))?.box
  const [x, y, wide, high] = [box?.x ?? 0, box?.y ?? 0, box?.width ?? 0, box?.height ?? 0]
  useEffect(() => {
    if (!isOn || high === 0) return
    const zoom = Math.min(1, Math.max(0.3, (height * 0.8) / high))
    void setCenter(x + wide / 2, y + high / 2, { zoom, duration: isCalm ? 0 : MOVE_MS })
  }, [isOn, x, y, wide, high, height, isCalm, setCenter])
}

function newestAgent(state: RunState): string | null {
  let newest: { id: string; at: string } | null = null
  for (const { id, startedAt, queuedAt } of state.agents.values()) {
    const at = startedAt ?? queuedAt
    if (newest === null || at > newest.at) newest = { id, at }
  }
  return newest?.id ?? null
}
