'use client'

import { parseAsArrayOf, parseAsInteger, parseAsString, useQueryStates } from 'nuqs'
import { ButtonLink } from '@/components/ui/actions/button'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { runsPerPage } from '@/lib/client/http/run-list-query'
import { useRuns } from '@/lib/client/queries/run-queries'
import { useBulk } from '@/lib/client/queries/use-bulk'
import { BulkReport } from './bulk-report'
import { PageTurner } from './page-turner'
import { RunTable } from './run-table'
import { RunsFilter } from './runs-filter'
import { SelectionBar } from './selection-bar'

const parsers = {
  status: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
  selected: parseAsArrayOf(parseAsString).withDefault([]),
}

/** Another page of the list has other runs: nothing stays selected that is not visible. */
const elsewhere = { page: null, selected: null }

/** Every run, newest first. Filter, search, page and what is chosen live in the address. */
export function RunsScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const q = useDebounced(url.q, 250)
  const { data, error, isPlaceholderData } = useRuns({ status: url.status, q, page: url.page })
  const { bulk, start, goOn, again, close } = useBulk()
  const chosen = data?.runs.filter(({ id }) => url.selected.includes(id)) ?? []
  const choose = (selected: string[]) => void setUrl({ selected: selected.length === 0 ? null : selected })
  const isFiltered = url.status !== '' || url.q !== ''
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div className="flex items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
        <ButtonLink href={pages.launch} variant="primary">
          Launch
        </ButtonLink>
      </div>
      <RunsFilter
        status={url.status}
        q={url.q}
        onStatus={(status, text) => void setUrl({ ...elsewhere, status: status || null, q: text || null })}
        onSearch={(text) => void setUrl({ ...elsewhere, q: text || null })}
      />
      {bulk !== null && <BulkReport bulk={bulk} onGoOn={goOn} onAgain={again} onClose={close} />}
      {chosen.length > 0 && (
        <SelectionBar
          runs={chosen}
          gone={url.selected.length - chosen.length}
          isBusy={bulk?.isUnderWay === true}
          onAct={(act, runs) => {
            start(act, runs)
            choose([])
          }}
          onClear={() => choose([])}
        />
      )}
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Loading runs…" />}
      {data !== undefined && data.runs.length === 0 && (
        <div className="panel">
          {isFiltered ? (
            <EmptyState title="No run matches">Change the filter or the search.</EmptyState>
          ) : (
            <EmptyState
              title="No run yet"
              action={
                <ButtonLink href={pages.launch} variant="primary">
                  Launch the first run
                </ButtonLink>
              }
            >
              Every run is kept here with its agents, transcripts and cost.
            </EmptyState>
          )}
        </div>
      )}
      {data !== undefined && data.runs.length > 0 && (
        <div className={isPlaceholderData ? 'opacity-60' : ''}>
          <RunTable runs={data.runs} chosen={url.selected} onChoose={choose} />
          <PageTurner
            page={url.page}
            perPage={runsPerPage}
            total={data.total}
            hasNext={data.nextOffset !== null}
            onPage={(page) => void setUrl({ ...elsewhere, page: page === 1 ? null : page })}
          />
        </div>
      )}
    </div>
  )
}
