'use client'

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryState,
  useQueryStates,
} from 'nuqs'
import { shades } from '@/lib/view/shade'
import { marks } from '@/lib/view/states'

export const runViews = ['map', 'table', 'log', 'questions', 'result'] as const
export type RunViewName = (typeof runViews)[number]

export const inspectorTabs = ['summary', 'transcript', 'usage'] as const
export type InspectorTab = (typeof inspectorTabs)[number]

const parsers = {
  view: parseAsStringLiteral(runViews),
  state: parseAsStringLiteral(marks),
  phase: parseAsString,
  q: parseAsString.withDefault(''),
  sort: parseAsString,
  toggled: parseAsArrayOf(parseAsString).withDefault([]),
  shade: parseAsStringLiteral(shades).withDefault('state'),
  /** Whether the map keeps the newest activity in view. */
  follow: parseAsBoolean.withDefault(false),
  /** The fork dialog: `1`, or the agent whose prompt is to be another. */
  fork: parseAsString,
  question: parseAsString,
  tab: parseAsStringLiteral(inspectorTabs).withDefault('summary'),
}

/** Everything that changes what a run page shows, kept in its address. */
export function useRunUrl() {
  return useQueryStates(parsers, { history: 'replace' })
}

/** The agent that is looked at; a step back in history closes it. */
export function useSelectedAgent() {
  return useQueryState('agent', parseAsString.withOptions({ history: 'replace' }))
}
