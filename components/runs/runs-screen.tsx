'use client'

import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/api'
import { pages } from '@/lib/client/paths'
import { useRuns } from '@/lib/client/queries'
import { runsPerPage } from '@/lib/client/run-list-query'
import { useDebounced } from '@/lib/client/use-debounced'
import { PageTurner } from './page-turner'
import { RunTable } from './run-table'
import { RunsFilter } from './runs-filter'

const parsers = {
  status: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
}

/** Every run, newest first. Filter, search and page live in the address. */
export function RunsScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const q = useDebounced(url.q, 250)
  const { data, error, isPlaceholderData } = useRuns({ status: url.status, q, page: url.page })
  const isFiltered = url.status !== '' || url.q !== ''
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div className="flex items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
        <ButtonLink href={pages.launch} look="primary">
          Launch
        </ButtonLink>
      </div>
      <RunsFilter
        status={url.status}
        q={url.q}
        onStatus={(status) => void setUrl({ status: status || null, page: null })}
        onSearch={(text) => void setUrl({ q: text || null, page: null })}
      />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Fetching runs…" />}
      {data !== undefined && data.runs.length === 0 && (
        <div className="panel">
          {isFiltered ? (
            <EmptyState title="No run matches">Change the filter or the search.</EmptyState>
          ) : (
            <EmptyState
              title="No run yet"
              action={
                <ButtonLink href={pages.launch} look="primary">
                  Launch the first run
                </ButtonLink>
              }
            >
              Every run you launch is kept here with its agents, transcripts and cost.
            </EmptyState>
          )}
        </div>
      )}
      {data !== undefined && data.runs.length > 0 && (
        <div className={isPlaceholderData ? 'opacity-60' : ''}>
          <RunTable runs={data.runs} />
          <PageTurner
            page={url.page}
            perPage={runsPerPage}
            total={data.total}
            hasNext={data.nextOffset !== null}
            onPage={(page) => void setUrl({ page: page === 1 ? null : page })}
          />
        </div>
      )}
    </div>
  )
}
