'use client'

import { StateMark } from '@/components/ui/state-mark'
import { useLiveRun } from '@/lib/client/run-context'
import { useSelection } from '@/lib/client/select-agent'
import type { AgentStatus } from '@/lib/core/agent'
import type { StatusCounts } from '@/lib/core/state'
import { markLabels } from '@/lib/view/states'

const alarming = ['failed', 'stalled', 'flagged'] as const satisfies readonly AgentStatus[]

/** What went wrong in a group, as chips with a count; each opens the next agent of its kind. */
export function GroupAlerts({ agentIds, counts }: { agentIds: readonly string[]; counts: StatusCounts }) {
  const { store } = useLiveRun()
  const { agentId, select } = useSelection()
  const openNext = (status: AgentStatus) => {
    const agents = store.getView().state?.agents
    const ids = agentIds.filter((id) => agents?.get(id)?.status === status)
    const at = agentId === null ? -1 : ids.indexOf(agentId)
    select(ids[(at + 1) % ids.length] ?? null)
  }
  return (
    <div className="flex h-[34px] shrink-0 items-center gap-1 px-3">
      {alarming
        .filter((status) => counts[status] > 0)
        .map((status) => (
          <button
            key={status}
            type="button"
            onClick={() => openNext(status)}
            className="nopan flex h-6 items-center gap-1 rounded-full px-1.5 text-xs text-ink-2 hover:bg-hover hover:text-ink"
          >
            <StateMark mark={status} size={12} />
            <span className="num">{counts[status]}</span> {markLabels[status].toLowerCase()}
          </button>
        ))}
    </div>
  )
}
