'use client'

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { cx } from '@/components/ui/class-names'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useWorkflowVersion } from '@/lib/client/queries/workflow-queries'
import { AboutTab } from './about-tab'
import type { Draft } from './draft'
import { RunsTab } from './runs-tab'
import { SourceTab } from './source-tab'
import { VersionsTab } from './versions-tab'
import { WorkflowHead } from './workflow-head'

const tabs = ['source', 'versions', 'runs', 'about'] as const
const labels = { source: 'Source', versions: 'Versions', runs: 'Runs', about: 'About' } as const
const parsers = {
  tab: parseAsStringLiteral(tabs).withDefault('source'),
  version: parseAsInteger,
  from: parseAsInteger,
  to: parseAsInteger,
  page: parseAsInteger.withDefault(1),
}

/**
 * One workflow. Tab, version and comparison live in the address; what is being typed is kept here, across
 * tabs.
 */
export function WorkflowScreen({ name }: { name: string }) {
  const [url, setUrl] = useQueryStates(parsers, { history: 'push' })
  const [draft, setDraft] = useState<Draft | null>(null)
  const { data, error } = useWorkflowVersion(name, url.version)
  const shown = data?.name === name ? data : undefined
  if (shown === undefined) {
    return (
      <div className="mx-auto w-full max-w-[1440px] px-4 py-5 sm:px-6">
        {error === null ? (
          <Loading label="Loading the workflow…" />
        ) : (
          <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
        )}
      </div>
    )
  }
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <WorkflowHead workflow={shown} />
      <nav aria-label="Parts of the workflow" className="flex gap-0.5 border-b pb-2">
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-current={url.tab === tab ? 'true' : undefined}
            onClick={() => void setUrl({ tab })}
            className={cx(
              'h-7 rounded-md px-2.5 text-sm transition-colors hover:bg-hover hover:text-ink',
              url.tab === tab ? 'bg-hover font-medium text-ink' : 'text-ink-2',
            )}
          >
            {labels[tab]}
            {tab === 'versions' && shown.versions.length > 0 && (
              <span className="num ml-1.5 text-xs text-ink-3">{shown.versions.length}</span>
            )}
            {tab === 'runs' && <span className="num ml-1.5 text-xs text-ink-3">{shown.usage.runs}</span>}
          </button>
        ))}
      </nav>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {url.tab === 'source' && (
        <SourceTab
          workflow={shown}
          isOld={url.version !== null && url.version !== shown.versions[0]?.version}
          draft={draft}
          onDraft={setDraft}
          onNewest={() => void setUrl({ version: null })}
        />
      )}
      {url.tab === 'versions' && (
        <VersionsTab
          workflow={shown}
          from={url.from}
          to={url.to}
          onCompare={(from, to) => void setUrl({ from, to })}
        />
      )}
      {url.tab === 'runs' && (
        <RunsTab
          workflow={shown}
          page={url.page}
          onPage={(page) => void setUrl({ page: page === 1 ? null : page })}
        />
      )}
      {url.tab === 'about' && <AboutTab workflow={shown} />}
    </div>
  )
}
