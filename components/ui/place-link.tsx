'use client'

import type { ReactNode } from 'react'
import { useOpenPlace } from '@/lib/client/run/open-place'
import type { FilePlace } from '@/lib/view/run/file-place'

/** A place in a file of the run, to be opened; only words where there are no files. */
export function PlaceLink({ place, children }: { place: FilePlace | null; children: ReactNode }) {
  const open = useOpenPlace()
  if (open === null || place === null) return children
  return (
    <button
      type="button"
      title="Open the file at this place"
      onClick={() => open(place)}
      className="break-all text-left text-accent underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {children}
    </button>
  )
}
