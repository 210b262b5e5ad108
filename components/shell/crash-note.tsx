import type { ReactNode } from 'react'

/** What is said in place of a page that crashed: part of the first code of all of them, so no more than its words. */
export function CrashNote({ detail, action }: { detail: string; action: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-2.5 rounded-md border border-failed/50 bg-surface px-3 py-2.5 text-sm"
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium">This page crashed</p>
        <p className="line-clamp-6 break-words text-ink-2">{detail}</p>
      </div>
      {action}
    </div>
  )
}
