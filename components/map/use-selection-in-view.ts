'use client'

import { useReactFlow, useStore } from '@xyflow/react'
import { type RefObject, useEffect } from 'react'
import { useMediaQuery } from '@/lib/client/hooks/use-media-query'
import { useSelection } from '@/lib/client/run/select-agent'
import type { Direction } from '@/lib/view/map/map-layout'
import { agentPoint } from '@/lib/view/map/map-layout'
import type { MapLayout } from '@/lib/view/map/placed-map'
import { type Room, shiftInto } from '@/lib/view/map/shift-into'

const MOVE_MS = 140

type Asked = { layout: MapLayout; direction: Direction; wasMoved: RefObject<boolean>; room: Room }

/**
 * Moves the map by no more than it takes to show the selected agent, where the inspector or a key has left it
 * outside. A map that nobody moved is fitted whole, and on a phone the inspector covers it.
 */
export function useSelectionInView({ layout, direction, wasMoved, room }: Asked): void {
  const { agentId } = useSelection()
  const flow = useReactFlow()
  const isCalm = useMediaQuery('(prefers-reduced-motion: reduce)')
  const width = useStore((store) => store.width)
  const height = useStore((store) => store.height)
  const group = layout.groups.find(({ agentIds }) => agentId !== null && agentIds.includes(agentId))
  const point =
    group === undefined || agentId === null ? null : agentPoint(group, group.agentIds.indexOf(agentId))
  const [x, y] = [point?.x ?? null, point?.y ?? null]
  useEffect(() => {
    if (x === null || y === null || direction === 'down' || width === 0 || !wasMoved.current) return
    const viewport = flow.getViewport()
    const at = { x: x * viewport.zoom + viewport.x, y: y * viewport.zoom + viewport.y }
    const shift = shiftInto(at, { width, height }, room)
    if (shift.x === 0 && shift.y === 0) return
    const moved = { ...viewport, x: viewport.x + shift.x, y: viewport.y + shift.y }
    void flow.setViewport(moved, { duration: isCalm ? 0 : MOVE_MS })
  }, [x, y, width, height, direction, isCalm, room, wasMoved, flow])
}
