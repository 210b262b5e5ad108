'use client'

import { Check, X } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { useAnswer } from '@/lib/client/queries/checkpoint-queries'

type Props = { runId: string; checkpointId: string; title: string }

/** Approve or decline, and nothing to fill in. */
export function YesNoAnswer({ runId, checkpointId, title }: Props) {
  const answer = useAnswer(runId, checkpointId)
  const isSent = answer.isPending || answer.isSuccess
  return (
    <div className="flex flex-col items-start gap-2">
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          disabled={isSent}
          onClick={() => answer.mutate({ answer: true })}
          aria-label={`Approve: ${title}`}
        >
          <Check aria-hidden="true" className="size-3.5" />
          Approve
        </Button>
        <Button
          disabled={isSent}
          onClick={() => answer.mutate({ answer: false })}
          aria-label={`Decline: ${title}`}
        >
          <X aria-hidden="true" className="size-3.5" />
          Decline
        </Button>
      </div>
      {answer.error !== null && (
        <ErrorNote title="The answer was not accepted" detail={problemOf(answer.error).detail} />
      )}
    </div>
  )
}
