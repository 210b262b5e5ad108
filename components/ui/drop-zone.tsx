'use client'

import type { ReactNode } from 'react'
import { useFileDrop } from '@/lib/client/hooks/use-file-drop'

type Props = { words: string; onFiles: (files: readonly File[]) => void; children: ReactNode }

/** A part of the page that files can be dropped on, beside the button that does the same. */
export function DropZone({ words, onFiles, children }: Props) {
  const { isOver, zone } = useFileDrop(onFiles)
  return (
    <div className="relative" {...zone}>
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-40 flex items-start justify-center rounded-lg border-2 border-dashed border-accent bg-accent-soft/80 pt-24">
          <p className="rounded-md bg-raised px-4 py-2 text-sm font-medium shadow-pop">{words}</p>
        </div>
      )}
    </div>
  )
}
