import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import type { RunOrder } from '@/lib/core/ports/run-store'

/** Columns of the list of runs that can be left out; each has the order of its name. */
export const runColumnNames = ['status', 'agents', 'tokens', 'cost', 'time', 'launched'] as const
export type RunColumn = (typeof runColumnNames)[number]

/** What columns and orders are called. */
export const runOrderLabels: Readonly<Record<RunOrder, string>> = {
  title: 'Run',
  status: 'Status',
  agents: 'Agents',
  tokens: 'Tokens',
  cost: 'Cost',
  time: 'Time',
  launched: 'Launched',
}

/** Orders in which the largest, or the newest, is what one looks for. */
export const largestRunsFirst: ReadonlySet<RunOrder> = new Set([
  'agents',
  'tokens',
  'cost',
  'time',
  'launched',
])

const columnsSchema = z.array(z.enum(runColumnNames))

/** The columns that a browser keeps as shown; all of them where it keeps none, or what it keeps is none. */
export function readColumns(text: string | null): RunColumn[] {
  const kept = columnsSchema.safeParse(text === null ? null : parseJson(text))
  return kept.success ? kept.data : [...runColumnNames]
}

/** A list of runs as somebody wants it again: its name, and the query of its address. */
export type SavedView = { name: string; query: string }

const viewsSchema = z.array(z.object({ name: z.string(), query: z.string() }))

/** The views that a browser keeps. */
export function readViews(text: string | null): SavedView[] {
  const kept = viewsSchema.safeParse(text === null ? null : parseJson(text))
  return kept.success ? kept.data : []
}

/** Views that everybody has. */
export const builtInViews: readonly SavedView[] = [
  { name: 'All', query: '' },
  { name: 'Not ended', query: 'status=draft,queued,running,paused' },
  { name: 'Failed', query: 'status=failed,completed-with-failures,stopped-at-limit' },
  { name: 'Most expensive', query: 'sort=-cost' },
]

/** What of an address a view is: its filter and its order, always written the same way. */
export function viewQuery(url: { status: string; q: string; sort: string }): string {
  const given = Object.entries(url).filter(([, value]) => value !== '')
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&')
}

/** The views with one more; one of the same name gives way. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter(({ name }) => name !== view.name), view]
}
