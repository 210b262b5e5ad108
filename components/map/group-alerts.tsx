'use client'

import { useMemo, useState } from 'react'
import { StatusIcon } from '@/components/ui/status-icon'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useSelection } from '@/lib/client/run/select-agent'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { AgentStatus, StatusCounts } from '@/lib/core/agent/agent-status'
import { statusLabels } from '@/lib/view/agent/status-display'
import { askedMoney } from '@/lib/view/questions/question'
import { questionSelector } from '@/lib/view/questions/question-placement'

const alarming = ['failed', 'stalled', 'flagged'] as const satisfies readonly AgentStatus[]
const badgeClass =
  'nopan flex h-7 min-w-0 items-center gap-1 rounded-full px-1.5 map-xs text-ink-2 hover:bg-hover hover:text-ink'

/**
 * What went wrong in a group and what it asks, as chips: a count, or the name of a single one. Each opens the
 * next of its kind.
 */
export function GroupAlerts({ agentIds, counts }: { agentIds: readonly string[]; counts: StatusCounts }) {
  const { store } = useLiveRun()
  const { agentId, select } = useSelection()
  const idsOf = (status: AgentStatus) => {
    const agents = store.getView().state?.agents
    return agentIds.filter((id) => agents?.get(id)?.status === status)
  }
  const openNext = (status: AgentStatus) => {
    const ids = idsOf(status)
    const at = agentId === null ? -1 : ids.indexOf(agentId)
    select(ids[(at + 1) % ids.length] ?? null)
  }
  // Counts are the same object until one of them changes; only then is a name looked for.
  const chips = useMemo(
    () =>
      alarming
        .filter((status) => counts[status] > 0)
        .map((status) => {
          const [only] = counts[status] === 1 ? idsOf(status) : []
          return {
            status,
            name: only === undefined ? null : (store.getView().state?.agents.get(only)?.label ?? null),
          }
        }),
    [counts, agentIds],
  )
  return (
    <div className="flex h-[34px] min-w-0 shrink-0 items-center gap-1 px-3">
      <Questions agentIds={agentIds} />
      {chips.map(({ status, name }) => (
        <button
          key={status}
          type="button"
          onClick={() => openNext(status)}
          title={name === null ? undefined : `${statusLabels[status]}: ${name}`}
          className={badgeClass}
        >
          <StatusIcon icon={status} className="size-[1em]" />
          {name === null || chips.length > 1 ? (
            <span className="whitespace-nowrap">
              <span className="num">{counts[status]}</span> {statusLabels[status].toLowerCase()}
            </span>
          ) : (
            <span className="truncate">
              {statusLabels[status].toLowerCase()}: {name}
            </span>
          )}
        </button>
      ))}
    </div>
  )
}

/** Questions that were put when these agents were the last ones made. */
function Questions({ agentIds }: { agentIds: readonly string[] }) {
  const simulated = useIsSimulated()
  const [selectQuestions] = useState(questionSelector)
  const open = useRunView((view) => selectQuestions(view.state))
  const [, setUrl] = useRunUrl()
  const own = open.filter((one) => one.agentId !== null && agentIds.includes(one.agentId))
  const [first] = own
  if (first === undefined) return null
  const { checkpointId } = first.checkpoint
  const title = askedMoney(first.checkpoint, simulated)(first.checkpoint.title)
  return (
    <button
      type="button"
      title={title}
      onClick={() => void setUrl({ question: checkpointId })}
      className={`${badgeClass} bg-accent-soft text-ink`}
    >
      <StatusIcon icon="question" className="size-[1em]" />
      <span className="truncate">{own.length === 1 ? `asks: ${title}` : `${own.length} questions`}</span>
    </button>
  )
}
