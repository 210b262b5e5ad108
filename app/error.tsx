'use client'

import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'

export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorNote
        title="This page crashed"
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
