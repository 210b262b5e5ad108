'use client'

import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = {
  /** What of it is not as usual, or what there is. */
  summary: string
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  children: ReactNode
}

/** All that a launch can be told and most are not; folded, with a summary of what is told. */
export function Advanced({ summary, isOpen, onOpen, children }: Props) {
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        // Folds inside of it tell of themselves here too.
        if (event.target === event.currentTarget) onOpen(event.currentTarget.open)
      }}
      className="group/advanced rounded-lg border bg-surface"
    >
      <summary className="flex cursor-pointer select-none list-none items-baseline gap-2 rounded-lg px-4 py-3 text-sm hover:bg-hover">
        <ChevronRight
          aria-hidden="true"
          className="size-4 shrink-0 self-center text-ink-3 transition-transform group-open/advanced:rotate-90"
        />
        <span className="font-semibold">Advanced</span>
        <span className="min-w-0 text-xs text-ink-2">{summary}</span>
      </summary>
      <div className="flex flex-col gap-7 border-t px-4 py-5">{children}</div>
    </details>
  )
}
