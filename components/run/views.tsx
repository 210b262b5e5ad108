'use client'

import dynamic from 'next/dynamic'
import { fetchDialogs } from '@/components/ui/actions/dialog'
import { Loading } from '@/components/ui/states/loading'
import { patiently } from '@/lib/client/http/patiently'

// Only the view that a page opens with is on its way at first; the rest
// is fetched when it is asked for, or when the page rests. Next reads imports and options off the source, so each
// stands here in full.
/** Nothing to see: has the code of the map on its way with the page, where the map is what it opens with. */
export const MapCode = dynamic(patiently(() => import('@/components/map/run-map').then(() => Nothing)))
export const RunMap = dynamic(
  patiently(() => import('@/components/map/run-map').then((part) => part.RunMap)),
  {
    loading: () => <Opening />,
  },
)
export const DraftPlan = dynamic(
  patiently(() => import('./draft-plan').then((part) => part.DraftPlan)),
  {
    loading: () => <Opening />,
  },
)
export const RunTimeline = dynamic(
  patiently(() => import('@/components/timeline/run-timeline').then((part) => part.RunTimeline)),
  {
    loading: () => <Opening />,
  },
)
export const AgentTable = dynamic(
  patiently(() => import('@/components/table/agent-table').then((part) => part.AgentTable)),
  {
    loading: () => <Opening />,
  },
)
export const RunLog = dynamic(
  patiently(() => import('./run-log').then((part) => part.RunLog)),
  {
    loading: () => <Opening />,
  },
)
export const ScriptView = dynamic(
  patiently(() => import('@/components/script/script-view').then((part) => part.ScriptView)),
  {
    loading: () => <Opening />,
  },
)
export const RunCostView = dynamic(
  patiently(() => import('@/components/costs/run-cost-view').then((part) => part.RunCostView)),
  {
    loading: () => <Opening />,
  },
)
export const QuestionList = dynamic(
  patiently(() => import('@/components/questions/question-list').then((part) => part.QuestionList)),
  { loading: () => <Opening /> },
)
export const ChangesView = dynamic(
  patiently(() => import('@/components/changes/changes-view').then((part) => part.ChangesView)),
  { loading: () => <Opening /> },
)
export const ResultPanel = dynamic(
  patiently(() => import('./result-panel').then((part) => part.ResultPanel)),
  {
    loading: () => <Opening />,
  },
)
export const Inspector = dynamic(
  patiently(() => import('@/components/inspector/inspector').then((part) => part.Inspector)),
)

function Nothing() {
  return null
}

function Opening() {
  return <Loading label="Opening the view…" />
}

/** Fetches what has not been asked for yet, so the first look at a view does not wait. */
export function fetchViews(): void {
  const parts: Promise<unknown>[] = [
    fetchDialogs(),
    import('@/components/inspector/inspector'),
    import('@/components/map/run-map'),
    import('@/components/timeline/run-timeline'),
    import('@/components/table/agent-table'),
    import('./run-log'),
    import('@/components/script/script-view'),
    import('@/components/costs/run-cost-view'),
    import('@/components/questions/question-list'),
    import('@/components/changes/changes-view'),
    import('./result-panel'),
  ]
  for (const part of parts)
    part.catch((error: unknown) => console.warn('A view failed to load; opening it tries again.', error))
}
