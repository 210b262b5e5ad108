'use client'

import { X } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { StatusIcon } from '@/components/ui/status-icon'
import { dismiss, useNotices } from '@/lib/client/http/notices'

/** What has just happened, and the way back where there is one. */
export function Notices() {
  const notices = useNotices()
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-40 flex flex-col items-center gap-2"
    >
      {notices.map(({ id, text, isError, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-full animate-appear items-center gap-2 rounded-lg border border-line-strong bg-raised py-1.5 pl-3 pr-1.5 text-sm shadow-pop"
        >
          <StatusIcon icon={isError ? 'failed' : 'succeeded'} size={14} />
          <p className="min-w-0 break-words">{text}</p>
          {action !== null && (
            <Button
              size="sm"
              onClick={() => {
                dismiss(id)
                action.act()
              }}
            >
              {action.label}
            </Button>
          )}
          <Button variant="quiet" size="sm" aria-label="Close the notice" onClick={() => dismiss(id)}>
            <X aria-hidden="true" className="size-3.5" />
          </Button>
        </div>
      ))}
    </section>
  )
}
