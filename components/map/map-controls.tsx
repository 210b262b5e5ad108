'use client'

import { getViewportForBounds, Panel, useOnViewportChange, useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { layoutBounds, type MapLayout } from '@/lib/view/map-layout'

const zooms = { min: 0.15, max: 1.15 }

/** Zoom and fit. The picture fits itself while it grows, until somebody has moved it. */
export function MapControls({ layout }: { layout: MapLayout }) {
  const flow = useReactFlow()
  const width = useStore((store) => store.width)
  const height = useStore((store) => store.height)
  const isFittingItself = useRef(true)
  const isOurs = useRef(false)
  const { x, y, width: wide, height: high } = layoutBounds(layout)
  useOnViewportChange({
    onStart: () => {
      if (!isOurs.current) isFittingItself.current = false
    },
  })
  const fit = () => {
    isOurs.current = true
    const bounds = { x, y, width: wide, height: high }
    void flow.setViewport(getViewportForBounds(bounds, width, height, zooms.min, zooms.max, 0.06)).finally(() => {
      isOurs.current = false
    })
  }
  // Fits again exactly when the picture or the room for it has another size.
  useEffect(() => {
    if (width > 0 && isFittingItself.current) fit()
  }, [x, y, wide, high, width, height])
  return (
    <Panel position="top-right" className="!m-3 flex flex-col overflow-hidden rounded-md border bg-raised">
      <Tool label="Zoom in" onClick={() => void flow.zoomIn()}>
        <Plus aria-hidden="true" className="size-4" />
      </Tool>
      <Tool label="Zoom out" onClick={() => void flow.zoomOut()}>
        <Minus aria-hidden="true" className="size-4" />
      </Tool>
      <Tool
        label="Fit everything"
        onClick={() => {
          isFittingItself.current = true
          fit()
        }}
      >
        <Maximize aria-hidden="true" className="size-4" />
      </Tool>
    </Panel>
  )
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
