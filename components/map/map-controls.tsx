'use client'

import { getViewportForBounds, Panel, useReactFlow, useStore, type Viewport } from '@xyflow/react'
import { LocateFixed, Maximize, Minus, Plus } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect } from 'react'
import { cx } from '@/components/ui/class-names'
import { useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { Direction } from '@/lib/view/map/map-layout'
import type { Box } from '@/lib/view/map/map-shape'
import type { MapLayout } from '@/lib/view/map/placed-map'
import { useFollow } from './use-follow'
import { useSelectionInView } from './use-selection-in-view'

const zooms = { min: 0.08, max: 1.15 }
/**
 * In pixels. Controls have their own room beside the picture: tools at the right, legend and colour scale
 * below.
 */
export const margins = { top: 20, right: 64, bottom: 56, left: 20 }
const padding = {
  top: `${margins.top}px`,
  right: `${margins.right}px`,
  bottom: `${margins.bottom}px`,
  left: `${margins.left}px`,
} as const

type Props = { layout: MapLayout; bounds: Box; direction: Direction; wasMoved: RefObject<boolean> }

/** Zoom and fit. The picture fits itself while it grows, until somebody has moved it. */
export function MapControls({
  layout,
  bounds: { x, y, width: wide, height: high },
  direction,
  wasMoved,
}: Props) {
  const flow = useReactFlow()
  const width = useStore((store) => store.width)
  const height = useStore((store) => store.height)
  const fit = () => {
    const bounds = { x, y, width: wide, height: high }
    const whole = getViewportForBounds(bounds, width, height, zooms.min, zooms.max, padding)
    void flow.setViewport(direction === 'right' ? whole : byWidth(bounds, width))
  }
  // Fits again exactly when the picture or the room for it has another size.
  useEffect(() => {
    if (width > 0 && !wasMoved.current && !follow) fit()
  }, [x, y, wide, high, width, height, direction])
  const [{ follow }, setUrl] = useRunUrl()
  useFollow(layout, follow)
  useSelectionInView({ layout, direction, wasMoved, room: margins })
  const toggleFollow = () => void setUrl({ follow: follow ? null : true })
  useHotkeys({ t: toggleFollow })
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
      <Tool label="Follow the newest activity (t)" isOn={follow} onClick={toggleFollow}>
        <LocateFixed aria-hidden="true" className="size-4" />
      </Tool>
      <Tool
        label="Fit everything"
        onClick={() => {
          if (follow) toggleFollow()
          wasMoved.current = false
          fit()
        }}
      >
        <Maximize aria-hidden="true" className="size-4" />
      </Tool>
    </Panel>
  )
}

/** On a phone the picture is as wide as the screen and starts at its top. */
function byWidth(bounds: Box, width: number): Viewport {
  const zoom = Math.min(0.9, (width * 0.92) / bounds.width)
  return { x: (width - bounds.width * zoom) / 2 - bounds.x * zoom, y: 58 - bounds.y * zoom, zoom }
}

type ToolProps = { label: string; isOn?: boolean; onClick: () => void; children: ReactNode }

function Tool({ label, isOn, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={isOn}
      title={label}
      onClick={onClick}
      className={cx(
        'border-b p-1.5 transition-colors last:border-0 hover:bg-hover hover:text-ink',
        isOn === true ? 'bg-accent-soft text-accent' : 'text-ink-2',
      )}
    >
      {children}
    </button>
  )
}
