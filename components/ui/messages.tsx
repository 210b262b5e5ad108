import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { LongText } from './long-text'

/** What happened, to whom, and what to do. */
export function ErrorNote({ title, detail, action }: { title: string; detail?: string; action?: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2.5 rounded-md border border-failed/50 bg-surface px-3 py-2.5 text-sm"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-failed" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {detail && detail !== title && (
          <p className="break-words text-ink-2">
            <LongText text={detail} first={2_000} className="break-words" />
          </p>
        )}
      </div>
      {action}
    </div>
  )
}

/** A place that will be filled in a moment; keeps its size. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <div aria-hidden="true" className={`animate-breathe rounded-md bg-hover ${className}`} />
}
