'use client'

import { ViewportPortal } from '@xyflow/react'
import { GitBranch, Workflow } from 'lucide-react'
import { memo } from 'react'
import type { FrameBox } from '@/lib/view/map/map-frames'

/** Groups that belong together: a called workflow, or what agents started. Drawn behind the groups. */
export const Frames = memo(function Frames({ frames }: { frames: readonly FrameBox[] }) {
  if (frames.length === 0) return null
  return (
    <ViewportPortal>
      {frames.map(({ key, label, kind, box }) => (
        <div
          key={key}
          className="pointer-events-none absolute -z-10 rounded-[14px] border border-dashed border-control/60 bg-accent-soft/25"
          style={{ transform: `translate(${box.x}px,${box.y}px)`, width: box.width, height: box.height }}
        >
          <p className="map-2xs flex h-6 items-center gap-1.5 px-3 font-medium text-ink-2">
            {kind === 'spawn' ? (
              <GitBranch aria-hidden="true" className="size-[1em] shrink-0" />
            ) : (
              <Workflow aria-hidden="true" className="size-[1em] shrink-0" />
            )}
            <span className="truncate">
              {kind === 'workflow' && <span className="text-ink-3">workflow </span>}
              {label}
            </span>
          </p>
        </div>
      ))}
    </ViewportPortal>
  )
})
