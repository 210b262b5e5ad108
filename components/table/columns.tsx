import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import type { CSSProperties } from 'react'
import type { AgentState } from '@/lib/core/agent/agent'
import { agentColumnLabels as labels, type TableLayout, type WidthStep } from '@/lib/view/agent/table-columns'

export const features = tableFeatures({})
const helper = createColumnHelper<typeof features, AgentState>()

/** Columns by name; the row draws them from its own live agent, so one change repaints one row. */
export const columns = helper.columns([
  helper.accessor('status', { id: 'state', header: labels.state }),
  helper.accessor('label', { id: 'agent', header: 'Agent' }),
  helper.accessor('phase', { id: 'phase', header: labels.phase }),
  helper.accessor('model', { id: 'model', header: labels.model }),
  helper.accessor('turns', { id: 'turns', header: labels.turns }),
  helper.accessor((agent) => agent.usage.outputTokens, { id: 'tokens', header: labels.tokens }),
  helper.accessor('costNanoUsd', { id: 'cost', header: labels.cost }),
  helper.accessor('startedAt', { id: 'time', header: labels.time }),
  helper.accessor('preview', { id: 'last', header: labels.last }),
])

/** Shared by head and rows: the tracks are the table's, by its own width, as `tableTracks` says. */
export const rowGrid =
  'grid grid-cols-[var(--tracks-0)] @xl:grid-cols-[var(--tracks-1)] @3xl:grid-cols-[var(--tracks-2)] @5xl:grid-cols-[var(--tracks-3)] items-center gap-3 px-4 sm:px-5'

/** The tracks of a layout as the style of the table, from which its rows have them. */
export function tableTracks({ tracks }: TableLayout): CSSProperties {
  return Object.fromEntries(tracks.map((track, step) => [`--tracks-${step}`, track]))
}

/** What leaves a column out of a table that is too narrow for it. */
export const narrowing: Readonly<Record<WidthStep, string>> = {
  0: '',
  1: '@max-xl:hidden',
  2: '@max-3xl:hidden',
  3: '@max-5xl:hidden',
}
export const rightAligned: ReadonlySet<string> = new Set(['turns', 'tokens', 'cost', 'time'])
