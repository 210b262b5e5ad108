import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something long that stays out of the way until it is asked for. */
export function Fold({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <details className="group rounded-md border">
      <summary className="flex list-none items-center gap-1.5 rounded-md px-2.5 py-1.5 text-xs text-ink-2 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          className="size-3.5 shrink-0 transition-transform group-open:rotate-90"
        />
        <span className="min-w-0 flex-1 truncate">{title}</span>
      </summary>
      <div className="border-t p-2.5">{children}</div>
    </details>
  )
}
