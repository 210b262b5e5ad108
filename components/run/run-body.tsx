'use client'

import { useMemo, useRef } from 'react'
import { Inspector } from '@/components/inspector/inspector'
import { RunMap } from '@/components/map/run-map'
import { QuestionList } from '@/components/questions/question-list'
import { AgentTable } from '@/components/table/agent-table'
import { useHotkeys } from '@/lib/client/hotkeys'
import { useLiveRun } from '@/lib/client/run-context'
import { SelectionContext } from '@/lib/client/select-agent'
import { useRunView } from '@/lib/client/use-run'
import { type RunViewName, useRunUrl, useSelectedAgent } from '@/lib/client/use-run-url'
import { assertNever } from '@/lib/core/assert-never'
import { hasEnded } from '@/lib/core/run'
import { agentRows, isFiltering, neighbour, nextFailure, noFilter, parseSort } from '@/lib/view/agent-rows'
import { EndedBanner } from './ended-banner'
import { ResultPanel } from './result-panel'
import { RunLog } from './run-log'
import { ViewBar } from './view-bar'

/** The views of a run and the inspector beside them; every choice is in the address. */
export function RunBody({ landing }: { landing: string }) {
  const [url, setUrl] = useRunUrl()
  const [agentId, select] = useSelectedAgent()
  const { store } = useLiveRun()
  const search = useRef<HTMLInputElement>(null)
  const isEnded = useRunView((view) => view.state !== null && hasEnded(view.state.run.status))
  const hasQuestions = useRunView((view) => (view.state?.checkpoints.length ?? 0) > 0)
  const view: RunViewName = url.view ?? (landing === 'result' ? 'result' : 'map')
  const filter = { ...noFilter, mark: url.state, phase: url.phase, text: url.q }

  const step = (by: 1 | -1) => {
    const { state } = store.getView()
    if (state === null) return
    const ids = agentRows(state, filter, view === 'table' ? parseSort(url.sort) : null).map((agent) => agent.id)
    void select(neighbour(ids, agentId, by))
  }
  const show = (name: RunViewName) => () => void setUrl({ view: name })
  useHotkeys({
    j: () => step(1),
    k: () => step(-1),
    f: () => {
      const { state } = store.getView()
      if (state !== null) void select(nextFailure(state, agentId) ?? agentId)
    },
    '/': () => search.current?.focus(),
    '1': show('map'),
    '2': show('table'),
    '3': show('log'),
    '4': show('result'),
    '5': show('questions'),
    Escape: () => void (agentId === null ? setUrl({ state: null, phase: null, q: null }) : select(null)),
  })

  const selection = useMemo(() => ({ agentId, select: (id: string | null) => void select(id) }), [agentId, select])
  return (
    <SelectionContext value={selection}>
      <ViewBar
        view={view}
        hasResult={isEnded}
        hasQuestions={hasQuestions}
        onView={(name) => void setUrl({ view: name })}
        query={url.q}
        onQuery={(q) => void setUrl({ q: q === '' ? null : q })}
        searchRef={search}
        isFiltering={isFiltering(filter)}
        onClear={() => void setUrl({ state: null, phase: null, q: null })}
      />
      {isEnded && view !== 'result' && <EndedBanner onResult={show('result')} />}
      <div className="flex min-h-0 flex-1 group-data-[asking]/run:lg:h-[560px] group-data-[asking]/run:lg:flex-none">
        <section aria-label={`${view} of the run`} className="relative min-h-[62dvh] min-w-0 flex-1 lg:min-h-0">
          <View view={view} filter={filter} />
        </section>
        {agentId !== null && <Inspector key={agentId} agentId={agentId} onClose={() => void select(null)} />}
      </div>
    </SelectionContext>
  )
}

function View({ view, filter }: { view: RunViewName; filter: Parameters<typeof agentRows>[1] }) {
  switch (view) {
    case 'map':
      return <RunMap filter={filter} />
    case 'table':
      return <AgentTable filter={filter} />
    case 'log':
      return <RunLog text={filter.text} />
    case 'questions':
      return <QuestionList />
    case 'result':
      return <ResultPanel />
    default:
      return assertNever(view)
  }
}
