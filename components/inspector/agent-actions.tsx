'use client'

import { MessageSquare, RotateCcw, SkipForward, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm, Dialog } from '@/components/ui/actions/dialog'
import { Field } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useAgentAct } from '@/lib/client/queries/run-queries'
import { useLiveRun } from '@/lib/client/run/run-context'
import type { AgentState } from '@/lib/core/agent/agent'
import { formatUsd } from '@/lib/view/format/money'

/** What a person can do to one agent at work. The result arrives on the stream, not from the button. */
export function AgentActions({ agent }: { agent: AgentState }) {
  const money = useMoney()
  const { id } = useLiveRun()
  const act = useAgentAct(id, agent.id)
  const [isSteering, setSteering] = useState(false)
  const [message, setMessage] = useState('')
  const isBusy = act.isPending
  const carried = agent.inBatch.some(({ attempt }) => attempt === agent.attempt)
  const interrupted =
    agent.reservedNanoUsd > 0
      ? `Its in-flight turn is interrupted and may still be billed (at most ${money(formatUsd(agent.reservedNanoUsd))}). `
      : ''
  const inFlight = carried
    ? `Its turn is in a batch. It is billed when it comes back (at most ${money(formatUsd(agent.reservedNanoUsd))}), unless the batch can still be cancelled. `
    : interrupted
  const spent = `${money(formatUsd(agent.costNanoUsd))} is spent on it.`
  return (
    <div className="flex flex-col gap-2 pb-1">
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" disabled={isBusy} onClick={() => setSteering(true)}>
          <MessageSquare aria-hidden="true" className="size-3.5" />
          Steer
        </Button>
        <Confirm
          trigger={
            <Button size="sm" disabled={isBusy}>
              <RotateCcw aria-hidden="true" className="size-3.5" />
              Retry
            </Button>
          }
          title="Restart this agent?"
          verb="Start a new attempt"
          keep="Keep it running"
          onConfirm={() => act.mutate({ do: 'retry' })}
        >
          {inFlight}
          {spent} The new attempt starts from the original prompt and costs again; this attempt stays in the
          transcript.
        </Confirm>
        <Confirm
          trigger={
            <Button size="sm" disabled={isBusy}>
              <SkipForward aria-hidden="true" className="size-3.5" />
              Skip
            </Button>
          }
          title="Skip this agent?"
          verb="Skip the agent"
          keep="Keep it running"
          onConfirm={() => act.mutate({ do: 'skip' })}
        >
          {inFlight}
          {spent} The script continues with null as its answer, and the agent counts as skipped.
        </Confirm>
        <Confirm
          trigger={
            <Button size="sm" variant="danger" disabled={isBusy}>
              <X aria-hidden="true" className="size-3.5" />
              Cancel agent
            </Button>
          }
          title="Cancel this agent?"
          verb="Cancel the agent"
          keep="Keep it running"
          onConfirm={() => act.mutate({ do: 'cancel' })}
        >
          {inFlight}
          {spent} The script continues with null as its answer, and the agent counts as cancelled.
        </Confirm>
      </div>
      {act.error !== null && !isSteering && (
        <ErrorNote title={problemOf(act.error).title} detail={problemOf(act.error).detail} />
      )}
      <Dialog title={`Steer ${agent.label}`} isOpen={isSteering} onOpenChange={setSteering}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (message.trim() === '') return
            act.mutate(
              { do: 'steer', message },
              {
                onSuccess: () => {
                  setSteering(false)
                  setMessage('')
                },
              },
            )
          }}
        >
          <Field
            id="steer"
            label="Message"
            hint="The agent reads this before its next turn. If it is on its final answer, it will answer again."
            error={act.error === null ? undefined : problemOf(act.error).detail}
          >
            {(wired) => (
              <textarea
                {...wired}
                rows={4}
                maxLength={20_000}
                value={message}
                onChange={(event) => setMessage(event.target.value)}
                className="w-full rounded-md border border-control bg-surface px-3 py-2 text-sm"
              />
            )}
          </Field>
          <Button
            type="submit"
            variant="primary"
            className="self-end"
            disabled={isBusy || message.trim() === ''}
          >
            {' '}
            Send{' '}
          </Button>
        </form>
      </Dialog>
    </div>
  )
}
