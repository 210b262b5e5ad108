'use client'

import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from 'nuqs'
import { type Mark, marks } from '@/lib/view/states'

export const runViews = ['map', 'table', 'log', 'result'] as const
export type RunViewName = (typeof runViews)[number]

const parsers = {
  view: parseAsStringLiteral(runViews),
  state: parseAsStringLiteral(marks),
  phase: parseAsString,
  q: parseAsString.withDefault(''),
  toggled: parseAsArrayOf(parseAsString).withDefault([]),
}

export type RunUrl = {
  view: RunViewName | null
  state: Mark | null
  phase: string | null
  q: string
  toggled: string[]
}

/** Everything that changes what a run page shows, kept in its address. */
export function useRunUrl() {
  return useQueryStates(parsers, { history: 'replace' })
}

/** The agent that is looked at; a step back in history closes it. */
export function useSelectedAgent() {
  return useQueryState('agent', parseAsString.withOptions({ history: 'replace' }))
}
