'use client'

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryState,
  useQueryStates,
} from 'nuqs'
import { colorByOptions } from '@/lib/view/agent/color-scale'
import { displayStatuses } from '@/lib/view/agent/status-display'
import { agentColumnNames } from '@/lib/view/agent/table-columns'

export const runViews = [
  'map',
  'timeline',
  'table',
  'log',
  'script',
  'cost',
  'questions',
  'changes',
  'result',
] as const
export type RunViewName = (typeof runViews)[number]

/** What the list of the changes shows: changed files, or the agents that changed some. */
export const changeLists = ['files', 'agents'] as const

export const inspectorTabs = ['summary', 'transcript', 'usage', 'raw'] as const
export type InspectorTab = (typeof inspectorTabs)[number]

const parsers = {
  /** A step in history: Back leads to the view before. */
  view: parseAsStringLiteral(runViews).withOptions({ history: 'push' }),
  state: parseAsStringLiteral(displayStatuses),
  phase: parseAsString,
  q: parseAsString.withDefault(''),
  /** Part of the run's time, in milliseconds since its start. */
  from: parseAsInteger,
  to: parseAsInteger,
  /** A call of the script: `scope@line` or `scope@line:column`. */
  site: parseAsString,
  /** Which source is read: its digest; none for the launched script. */
  source: parseAsString,
  sort: parseAsString,
  /** Columns of the table; none for those that this browser keeps. */
  columns: parseAsArrayOf(parseAsStringLiteral(agentColumnNames)),
  toggled: parseAsArrayOf(parseAsString).withDefault([]),
  colorBy: parseAsStringLiteral(colorByOptions).withDefault('state'),
  /** Whether the map keeps the newest activity in view. */
  follow: parseAsBoolean.withDefault(false),
  /** The fork dialog: `1`, or the agent whose prompt is to be another. */
  fork: parseAsString,
  question: parseAsString,
  /** Whether what people wrote about the run is open. */
  notes: parseAsBoolean.withDefault(false),
  /** A place in a file that is looked at: `path`, or `path:line`. */
  place: parseAsString.withOptions({ history: 'push' }),
  /** The changes: which list is open, whose they are (an agent; none for all merged), and the open file. */
  list: parseAsStringLiteral(changeLists).withDefault('files'),
  by: parseAsString,
  file: parseAsString,
  tab: parseAsStringLiteral(inspectorTabs).withDefault('summary'),
}

/** Everything that changes what a run page shows, kept in its address. */
export function useRunUrl() {
  return useQueryStates(parsers, { history: 'replace' })
}

/**
 * The agent that is looked at, and the choice of another one. Opening is a step in history, which Back undoes;
 * going from one agent to the next is none.
 */
export function useSelectedAgent(): [string | null, (agentId: string | null) => void] {
  const [agentId, setAgent] = useQueryState('agent', parseAsString)
  const select = (next: string | null) =>
    void setAgent(next, { history: agentId === null && next !== null ? 'push' : 'replace' })
  return [agentId, select]
}

/** The moment that is replayed, in milliseconds since the start; null is now. */
export function useReplayTime() {
  return useQueryState('t', parseAsInteger.withOptions({ history: 'replace', throttleMs: 200 }))
}

const timelineParsers = {
  from: parseAsInteger,
  to: parseAsInteger,
  lanes: parseAsStringLiteral(['agent', 'slot'] as const),
  gaps: parseAsStringLiteral(['short', 'full'] as const),
  path: parseAsBoolean.withDefault(false),
}

/** How the timeline is drawn, and the part of time that filters every view. */
export function useTimelineUrl() {
  return useQueryStates(timelineParsers, { history: 'replace' })
}
