'use client'

import { ViewportPortal } from '@xyflow/react'
import { useMemo } from 'react'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useSelection } from '@/lib/client/run/select-agent'
import { type AgentLink, agentLinks } from '@/lib/view/map/agent-links'
import type { MapLayout } from '@/lib/view/map/placed-map'

/**
 * Edges of the hovered agent, else of the selected one. Only these: with all edges the picture would be
 * unreadable.
 */
export function AgentLinks({ layout, hovered }: { layout: MapLayout; hovered: string | null }) {
  const { store } = useLiveRun()
  const selection = useSelection()
  const agentId = hovered ?? selection.agentId
  const links = useMemo(() => {
    const { state } = store.getView()
    return state === null || agentId === null ? [] : agentLinks(state, layout, agentId)
  }, [store, layout, agentId])
  if (links.length === 0) return null
  return (
    <ViewportPortal>
      <svg
        aria-hidden="true"
        className="pointer-events-none absolute left-0 top-0 z-10 overflow-visible"
        width="1"
        height="1"
        fill="none"
      >
        {links.map((link) => (
          <path
            key={link.id}
            d={curve(link)}
            strokeWidth="1.5"
            strokeOpacity={links.length > 40 ? 0.35 : 0.8}
            strokeDasharray={link.isFlagged ? '5 4' : undefined}
            className={
              link.isFlagged ? 'stroke-flagged' : link.direction === 'out' ? 'stroke-reused' : 'stroke-accent'
            }
          />
        ))}
      </svg>
    </ViewportPortal>
  )
}

function curve({ from, to }: AgentLink): string {
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2)
  return `M${from.x},${from.y} C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`
}
