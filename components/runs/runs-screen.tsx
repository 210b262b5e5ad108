'use client'

import { parseAsArrayOf, parseAsInteger, parseAsString, useQueryStates } from 'nuqs'
import { ButtonLink } from '@/components/ui/actions/button'
import { ColumnMenu } from '@/components/ui/actions/column-menu'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { RunList } from '@/lib/api/first/run-list'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { useKept } from '@/lib/client/hooks/use-kept'
import { useLeaving } from '@/lib/client/hooks/use-leaving'
import { useMediaQuery } from '@/lib/client/hooks/use-media-query'
import { problemOf } from '@/lib/client/http/api'
import { runsPerPage } from '@/lib/client/http/page-query'
import { pages } from '@/lib/client/http/pages'
import { useAccess } from '@/lib/client/queries/first/access'
import { useRuns } from '@/lib/client/queries/run-queries'
import { useBulk } from '@/lib/client/queries/use-bulk'
import { reaches } from '@/lib/core/base/role'
import { runOrders } from '@/lib/core/ports/run-store'
import { nextOrder, orderText, parseOrder } from '@/lib/view/format/order'
import {
  largestRunsFirst,
  type RunColumn,
  readColumns,
  runColumnNames,
  runOrderLabels,
  viewQuery,
} from '@/lib/view/runs/run-columns'
import { matchesSearch } from '@/lib/view/runs/run-search'
import { BulkReport } from './bulk-report'
import { OrderSelect } from './list-options'
import { PageTurner } from './page-turner'
import { RunCards } from './run-cards'
import { RunTable } from './run-table'
import { RunsFilter } from './runs-filter'
import { SavedViews } from './saved-views'
import { SelectionBar } from './selection-bar'
import { useTicks } from './use-ticks'

const parsers = {
  status: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  sort: parseAsString.withDefault(''),
  page: parseAsInteger.withDefault(1),
  selected: parseAsArrayOf(parseAsString).withDefault([]),
}

/** Another page of the list has other runs: nothing stays selected that is not visible. */
const elsewhere = { page: null, selected: null }

const usualOrder = { column: 'launched', descends: true } as const

/** Every run. Filter, search, order, page and what is chosen live in the address. */
export function RunsScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const q = useDebounced(url.q, 250)
  const { status, sort } = url
  const { data, error, isPlaceholderData } = useRuns({ status, q, sort, page: url.page })
  const [columns, setColumns] = useKept('run-columns', readColumns)
  const isNarrow = useMediaQuery('(max-width: 639px)')
  const { bulk, start, goOn, again, undo, close } = useBulk()
  const mayImport = reaches(useAccess().data?.you?.role ?? 'viewer', 'admin')
  const chosen = data?.runs.filter(({ id }) => url.selected.includes(id)) ?? []
  const choose = (selected: string[]) => void setUrl({ selected: selected.length === 0 ? null : selected })
  const isFiltered = status !== '' || url.q !== ''
  const setSort = (next: string | null) => void setUrl({ ...elsewhere, sort: next || null })
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div className="flex items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
        <div className="flex flex-wrap justify-end gap-2">
          {mayImport && <ButtonLink href={pages.importRuns}>Import from Claude Code</ButtonLink>}
          <ButtonLink href={pages.launch} variant="primary">
            Launch
          </ButtonLink>
        </div>
      </div>
      <SavedViews query={viewQuery({ status, q: url.q, sort })} />
      <RunsFilter
        status={status}
        q={url.q}
        onStatus={(next, text) => void setUrl({ ...elsewhere, status: next || null, q: text || null })}
        onSearch={(text) => void setUrl({ ...elsewhere, q: text || null })}
      >
        {isNarrow ? (
          <div className="w-52">
            <OrderSelect sort={sort} onSort={setSort} />
          </div>
        ) : (
          <ColumnMenu names={runColumnNames} labels={runOrderLabels} shown={columns} onShown={setColumns} />
        )}
      </RunsFilter>
      {bulk !== null && (
        <BulkReport bulk={bulk} onGoOn={goOn} onAgain={again} onUndo={undo} onClose={close} />
      )}
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
        <RunPage
          list={data}
          isOld={isPlaceholderData || q !== url.q}
          asked={{ status, q: url.q, sort, page: url.page }}
          selected={url.selected}
          columns={columns}
          isNarrow={isNarrow}
          onChoose={choose}
          onSort={setSort}
          onPage={(page) => void setUrl({ ...elsewhere, page: page === 1 ? null : page })}
        />
      )}
    </div>
  )
}

type RunPageProps = {
  list: RunList
  /** The answer is that to an earlier question; the next one is on its way. */
  isOld: boolean
  asked: { status: string; q: string; sort: string; page: number }
  selected: readonly string[]
  columns: readonly RunColumn[]
  isNarrow: boolean
  onChoose: (selected: string[]) => void
  onSort: (sort: string | null) => void
  onPage: (page: number) => void
}

/** One page of the list, as a table or as cards. */
function RunPage({
  list,
  isOld,
  asked,
  selected,
  columns,
  isNarrow,
  onChoose,
  onSort,
  onPage,
}: RunPageProps) {
  const { status, q, sort, page } = asked
  // Of an older answer only what passes the new filter, so that no row contradicts what stands above it.
  const runs = isOld ? list.runs.filter((run) => matchesSearch(run, q, status)) : list.runs
  const shown = useLeaving(runs, JSON.stringify([asked, isOld]))
  const order = parseOrder(sort, runOrders) ?? usualOrder
  const ticks = useTicks(
    runs.map(({ id }) => id),
    selected,
    onChoose,
  )
  return (
    <div aria-busy={isOld} className={isOld ? 'updating' : ''}>
      {isNarrow ? (
        <RunCards shown={shown} ticks={ticks} />
      ) : (
        <RunTable
          shown={shown}
          ticks={ticks}
          columns={columns}
          order={order}
          onSort={(column) => onSort(orderText(nextOrder(order, column, largestRunsFirst)))}
        />
      )}
      {!isOld && (
        <PageTurner
          page={page}
          perPage={runsPerPage}
          total={list.total}
          hasNext={list.nextOffset !== null}
          onPage={onPage}
        />
      )}
    </div>
  )
}
