'use client'

import { Panel, useNodesInitialized, useOnViewportChange, useReactFlow } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'

const fitting = { padding: 0.08, maxZoom: 1.15, minZoom: 0.15 }

/** Zoom and fit. The picture fits itself while it grows, until somebody has moved it. */
export function MapControls({ layoutKey }: { layoutKey: string }) {
  const flow = useReactFlow()
  const isReady = useNodesInitialized()
  const isFittingItself = useRef(true)
  const isOurs = useRef(false)
  useOnViewportChange({
    onStart: () => {
      if (!isOurs.current) isFittingItself.current = false
    },
  })
  const fit = () => {
    isOurs.current = true
    void flow.fitView(fitting).finally(() => {
      isOurs.current = false
    })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: fits again exactly when something was placed anew
  useEffect(() => {
    if (isReady && isFittingItself.current) fit()
  }, [isReady, layoutKey])
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
