'use client'

import { CircleStop, Play } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useAnswer } from '@/lib/client/queries/checkpoint-queries'
import { dollarsOf } from '@/lib/view/format/money'
import type { ApprovalForm } from '@/lib/view/questions/question'
import { readUpTo } from '@/lib/view/questions/question'

type Props = { runId: string; checkpointId: string; form: ApprovalForm }

/**
 * A run is about to pass what was approved: go on up to a new amount, or stop here with the results so far.
 */
export function ApprovalAnswer({ runId, checkpointId, form }: Props) {
  const answer = useAnswer(runId, checkpointId)
  const [agents, setAgents] = useState(form.agents)
  const [usd, setUsd] = useState(form.usd)
  const simulated = useIsSimulated()
  const isSent = answer.isPending || answer.isSuccess
  const upTo = readUpTo({ agents, usd })
  const wrong = typeof upTo === 'string' ? upTo : undefined
  return (
    <form
      className="flex flex-col items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (typeof upTo !== 'string') answer.mutate({ answer: upTo })
      }}
    >
      <Button variant="primary" disabled={isSent} onClick={() => answer.mutate({ answer: { do: 'go-on' } })}>
        <Play aria-hidden="true" className="size-3.5" />
        Go on
      </Button>
      <div className="flex flex-wrap items-end gap-2">
        <Field id={`agents-${checkpointId}`} label="Max agents" error={wrong}>
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              value={agents}
              onChange={(event) => setAgents(event.target.value)}
            />
          )}
        </Field>
        <Field id={`usd-${checkpointId}`} label={`Max ${dollarsOf(simulated)}`}>
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              value={usd}
              onChange={(event) => setUsd(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" disabled={isSent || wrong !== undefined}>
          Continue up to these limits
        </Button>
      </div>
      <Button variant="danger" disabled={isSent} onClick={() => answer.mutate({ answer: { do: 'stop' } })}>
        <CircleStop aria-hidden="true" className="size-3.5" />
        Stop and keep the results so far
      </Button>
      {answer.error !== null && (
        <ErrorNote title="The answer was not accepted" detail={problemOf(answer.error).detail} />
      )}
    </form>
  )
}
