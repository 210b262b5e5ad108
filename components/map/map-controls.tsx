'use client'

import { getViewportForBounds, Panel, useReactFlow, useStore, type Viewport } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect } from 'react'
import { type Direction, layoutBounds, type MapLayout } from '@/lib/view/map-layout'
import type { Box } from '@/lib/view/map-shape'

const zooms = { min: 0.08, max: 1.15 }

type Props = { layout: MapLayout; direction: Direction; wasMoved: RefObject<boolean> }

/** Zoom and fit. The picture fits itself while it grows, until somebody has moved it. */
export function MapControls({ layout, direction, wasMoved }: Props) {
  const flow = useReactFlow()
  const width = useStore((store) => store.width)
  const height = useStore((store) => store.height)
  const { x, y, width: wide, height: high } = layoutBounds(layout)
  const fit = () => {
    const bounds = { x, y, width: wide, height: high }
    const whole = getViewportForBounds(bounds, width, height, zooms.min, zooms.max, 0.06)
    void flow.setViewport(direction === 'right' ? whole : byWidth(bounds, width))
  }
  // Fits again exactly when the picture or the room for it has another size.
  useEffect(() => {
    if (width > 0 && !wasMoved.current) fit()
  }, [x, y, wide, high, width, height, direction])
  const zoom = (act: () => Promise<boolean>) => () => {
    wasMoved.current = true
    void act()
  }
  return (
    <Panel position="top-right" className="!m-3 flex flex-col overflow-hidden rounded-md border bg-raised">
      <Tool label="Zoom in" onClick={zoom(flow.zoomIn)}>
        <Plus aria-hidden="true" className="size-4" />
      </Tool>
      <Tool label="Zoom out" onClick={zoom(flow.zoomOut)}>
        <Minus aria-hidden="true" className="size-4" />
      </Tool>
      <Tool
        label="Fit everything"
        onClick={() => {
          wasMoved.current = false
          fit()
        }}
      >
        <Maximize aria-hidden="true" className="size-4" />
      </Tool>
    </Panel>
  )
}

/** On a phone the picture is read from top to bottom: as wide as the screen, begun at its head. */
function byWidth(bounds: Box, width: number): Viewport {
  const zoom = Math.min(0.9, (width * 0.92) / bounds.width)
  return { x: (width - bounds.width * zoom) / 2 - bounds.x * zoom, y: 14 - bounds.y * zoom, zoom }
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="border-b p-1.5 text-ink-2 transition-colors last:border-0 hover:bg-hover hover:text-ink"
    >
      {children}
    </button>
  )
}
