'use client'

import { useEffect, useMemo, useRef } from 'react'
import { cx } from '@/components/ui/class-names'
import { Loading } from '@/components/ui/states/loading'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { useAgentsSaying } from '@/lib/client/queries/run-queries'
import { useHeadFold } from '@/lib/client/run/head-fold'
import { useLiveRun } from '@/lib/client/run/run-context'
import { SelectionContext } from '@/lib/client/run/select-agent'
import { useRunView } from '@/lib/client/run/use-run'
import { type RunViewName, useRunUrl, useSelectedAgent } from '@/lib/client/run/use-run-url'
import { assertNever } from '@/lib/core/base/assert-never'
import { hasEnded } from '@/lib/core/spec/run-status'
import {
  type AgentFilter,
  isFiltering,
  noFilter,
  type TimeSpan,
  typedPart,
} from '@/lib/view/agent/agent-rows'
import { parseAgentSearch } from '@/lib/view/agent/agent-search'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { useRunHotkeys } from './use-run-hotkeys'
import { ViewBar } from './view-bar'
import {
  AgentTable,
  ChangesView,
  fetchViews,
  Inspector,
  MapCode,
  QuestionList,
  ResultPanel,
  RunCostView,
  RunLog,
  RunMap,
  RunTimeline,
  ScriptView,
} from './views'

/** After its first paint a page has this long to itself before the code of other views is fetched. */
const SETTLED_MS = 1500

/** The views of a run and the inspector beside them; every choice is in the address. */
export function RunBody({ landing }: { landing: string }) {
  const [url, setUrl] = useRunUrl()
  const [agentId, select] = useSelectedAgent()
  const { id } = useLiveRun()
  const { isFull, setFull } = useHeadFold()
  const field = useRef<HTMLInputElement>(null)
  const isEnded = useRunView((view) => view.state !== null && hasEnded(view.state.run.status))
  const hasQuestions = useRunView((view) => (view.state?.checkpoints.length ?? 0) > 0)
  const hasChanges = useRunView((view) => view.state?.run.files != null)
  const isWhole = useRunView((shown) => shown.isWhole)
  useEffect(() => {
    if (!isWhole) return
    const resting = setTimeout(fetchViews, SETTLED_MS)
    return () => clearTimeout(resting)
  }, [isWhole])
  const view: RunViewName = url.view ?? (landing === 'result' ? 'result' : 'map')
  const origin = useRunView((shown) => shown.state?.run.startedAt ?? shown.state?.run.createdAt ?? null)
  const span = useMemo(() => spanOf(origin, url.from, url.to), [origin, url.from, url.to])
  const search = useMemo(() => parseAgentSearch(url.q), [url.q])
  const saying = useAgentsSaying(id, useDebounced(search.text, 250))
  const { state: displayStatus, phase, site } = url
  const groups = useRunView((shown) => (shown.state === null ? null : phaseGroups(shown.state.phases)))
  // The same object until it filters otherwise: a new one redraws the map.
  const filter = useMemo(
    () => ({
      ...noFilter,
      displayStatus,
      phase,
      groups,
      text: search.text,
      span,
      site,
      typed: typedPart(search),
      saying,
    }),
    [displayStatus, phase, groups, search, span, site, saying],
  )
  const clear = () => void setUrl({ state: null, phase: null, q: null, from: null, to: null, site: null })

  useRunHotkeys({ view, filter, hasChanges, field, clear })

  const selection = useMemo(() => ({ agentId, select }), [agentId, select])
  return (
    <SelectionContext value={selection}>
      <ViewBar
        view={view}
        hasResult={isEnded}
        hasQuestions={hasQuestions}
        hasChanges={hasChanges}
        onView={(name) => void setUrl({ view: name })}
        query={url.q}
        onQuery={(q) => void setUrl({ q: q === '' ? null : q })}
        searchRef={field}
        hints={search.hints}
        isFiltering={isFiltering(filter)}
        onClear={clear}
        isFull={isFull}
        onFull={setFull}
      />
      <div
        className={cx(
          'flex min-h-0 flex-1',
          // A diff wants a screen of its own: one movement of the wheel, and it has it.
          view === 'changes'
            ? 'lg:h-[max(560px,calc(100dvh-11rem))] lg:flex-none'
            : 'group-data-[tall]/run:lg:h-[560px] group-data-[tall]/run:lg:flex-none',
        )}
      >
        <section
          aria-label={`${view} of the run`}
          className="relative min-h-[62dvh] min-w-0 flex-1 lg:min-h-0"
        >
          {isWhole || view === 'result' ? (
            <View view={view} filter={filter} />
          ) : (
            <>
              <Loading label="Loading agents…" />
              {view === 'map' && <MapCode />}
            </>
          )}
        </section>
        {agentId !== null && <Inspector key={agentId} agentId={agentId} onClose={() => select(null)} />}
      </div>
    </SelectionContext>
  )
}

/** A part of the run's time as the filter wants it: in milliseconds since 1970. */
function spanOf(origin: string | null, from: number | null, to: number | null): TimeSpan | null {
  if (origin === null || (from === null && to === null)) return null
  const start = Date.parse(origin)
  return { from: start + (from ?? 0), until: to === null ? Number.POSITIVE_INFINITY : start + to }
}

function View({ view, filter }: { view: RunViewName; filter: AgentFilter }) {
  switch (view) {
    case 'map':
      return <RunMap filter={filter} />
    case 'timeline':
      return <RunTimeline filter={filter} />
    case 'table':
      return <AgentTable filter={filter} />
    case 'log':
      return <RunLog text={filter.text} span={filter.span ?? null} />
    case 'script':
      return <ScriptView />
    case 'cost':
      return <RunCostView />
    case 'questions':
      return <QuestionList />
    case 'changes':
      return <ChangesView />
    case 'result':
      return <ResultPanel />
    default:
      return assertNever(view)
  }
}
