'use client'

import { Layers } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useAgentAct } from '@/lib/client/queries/run-queries'
import { useLiveRun } from '@/lib/client/run/run-context'
import type { AgentState } from '@/lib/core/agent/agent'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import type { MoreOutput as Offer } from '@/lib/view/run/batch-view'

/** Offers to ask for a cut-off answer again, with as much output as its model allows in a batch. */
export function MoreOutput({
  agent,
  offer,
  capNanoUsd,
}: {
  agent: AgentState
  offer: Offer
  capNanoUsd: number | null
}) {
  const money = useMoney()
  const { id, rejoin } = useLiveRun()
  const act = useAgentAct(id, agent.id)
  const most = formatCount(offer.maxTokens)
  if (!offer.isPossible)
    return (
      <p className="text-xs text-ink-3">
        Its answer was cut off. After the run ends you can ask again with up to {most} output tokens, as a
        batch.
      </p>
    )
  return (
    <div className="flex flex-col items-start gap-2">
      <Confirm
        trigger={
          <Button size="sm" disabled={act.isPending}>
            <Layers aria-hidden="true" className="size-3.5" />
            Again with up to {most} output tokens, as a batch
          </Button>
        }
        title="Ask for the full answer?"
        verb="Ask again, as a batch"
        keep="Keep it"
        onConfirm={() =>
          // The stream of an ended run was closed; now it goes on.
          act.mutate({ do: 'retry', maxTokens: offer.maxTokens, delivery: 'batch' }, { onSuccess: rejoin })
        }
      >
        Its answer was cut off at its token limit. A new attempt starts from the original prompt, at half
        price; {money(formatUsd(agent.costNanoUsd))} is spent on it so far. A batch usually takes up to an
        hour, at most a day. Calls that depend on the answer run again.
        {capNanoUsd !== null && ` The run's cap of ${money(formatUsd(capNanoUsd))} still applies.`}
      </Confirm>
      {act.error !== null && (
        <ErrorNote title={problemOf(act.error).title} detail={problemOf(act.error).detail} />
      )}
    </div>
  )
}
