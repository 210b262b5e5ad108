'use client'

import { ArrowLeft } from 'lucide-react'
import { PageLink } from '@/components/ui/page-link'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useConnection, useRunView } from '@/lib/client/run/use-run'
import { AgentDetail } from './agent-detail'

/** The inspector as a page of its own. */
export function AgentScreen({ agentId }: { agentId: string }) {
  const { id } = useLiveRun()
  const connection = useConnection()
  const title = useRunView((view) => view.state?.run.title)
  const simulated = useRunView((view) => view.state?.run.simulated === true)
  if (connection.status === 'refused')
    return (
      <EmptyState title={connection.title} level="h1">
        {connection.detail}
      </EmptyState>
    )
  if (title === undefined) return <Loading label="Opening the agent…" />
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-1 flex-col px-0 py-4 sm:px-6">
      <PageLink
        href={`${pages.run(id)}?agent=${encodeURIComponent(agentId)}`}
        className="mb-3 inline-flex items-center gap-1.5 self-start px-4 text-sm text-ink-2 hover:text-ink sm:px-0"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {title}
      </PageLink>
      <div className="panel flex min-h-0 flex-col overflow-hidden max-sm:rounded-none max-sm:border-x-0">
        <MoneyProvider simulated={simulated}>
          <AgentDetail agentId={agentId} actions={null} isPage />
        </MoneyProvider>
      </div>
    </div>
  )
}
