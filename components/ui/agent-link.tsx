'use client'

import { pages } from '@/lib/client/http/pages'
import { useSelection } from '@/lib/client/run/select-agent'
import { PageLink } from './page-link'

type Props = { runId: string; agentId: string; label: string; hasInspector?: boolean }

/** The way to another agent: beside the view where there is an inspector, else to its own page. */
export function AgentLink({ runId, agentId, label, hasInspector = false }: Props) {
  const { agentId: shown, select } = useSelection()
  const opensBeside = hasInspector || shown !== null
  return (
    <PageLink
      href={pages.agent(runId, agentId)}
      className="text-accent hover:underline"
      onClick={(event) => {
        if (!opensBeside || event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        select(agentId)
      }}
    >
      {label}
    </PageLink>
  )
}
