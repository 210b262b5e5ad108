'use client'

import { CrashNote } from '@/components/shell/crash-note'
import { Button } from '@/components/ui/actions/button'

export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <CrashNote
        detail={`${error.message}. Runs continue; nothing is lost.`}
        action={
          <Button size="sm" onClick={reset}>
            Try again
          </Button>
        }
      />
    </div>
  )
}
