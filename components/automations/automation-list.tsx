'use client'

import type { ReactNode } from 'react'
import { ErrorNote } from '@/components/ui/messages'
import { PageTabs } from '@/components/ui/page-tabs'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { workflowTabs } from '@/components/workflows/workflow-tabs'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useSettings } from '@/lib/client/queries/server-queries'

type Props<One> = {
  title: string
  /** Undefined until they are known. */
  all: readonly One[] | undefined
  error: Error | null
  /** Where one is made. */
  make: ReactNode
  /** What is said where there are none. */
  none: { title: string; how: ReactNode }
  row: (one: One) => ReactNode
}

/** The page of schedules or of triggers. */
export function AutomationList<One>({ title, all, error, make, none, row }: Props<One>) {
  const provider = useSettings().data?.provider
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {all !== undefined && all.length > 0 && make}
      </div>
      <PageTabs label="Workflows" tabs={workflowTabs} />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {all === undefined && error === null && <Loading label={`Loading ${title.toLowerCase()}…`} />}
      {all?.length === 0 && (
        <EmptyState title={none.title} action={make}>
          {none.how}
        </EmptyState>
      )}
      {all !== undefined && all.length > 0 && (
        <MoneyProvider simulated={provider === 'simulator'}>
          <ul aria-label={title} className="flex flex-col gap-3">
            {all.map(row)}
          </ul>
        </MoneyProvider>
      )}
    </div>
  )
}
