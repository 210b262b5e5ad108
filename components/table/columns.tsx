import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import type { AgentState } from '@/lib/core/agent/agent'

export const features = tableFeatures({})
const helper = createColumnHelper<typeof features, AgentState>()

/** Columns by name; the row draws them from its own live agent, so one change repaints one row. */
export const columns = helper.columns([
  helper.accessor('status', { id: 'state', header: 'State' }),
  helper.accessor('label', { id: 'agent', header: 'Agent' }),
  helper.accessor('phase', { id: 'phase', header: 'Phase' }),
  helper.accessor('model', { id: 'model', header: 'Model' }),
  helper.accessor('turns', { id: 'turns', header: 'Turns' }),
  helper.accessor((agent) => agent.usage.outputTokens, { id: 'tokens', header: 'Tokens' }),
  helper.accessor('costNanoUsd', { id: 'cost', header: 'Cost' }),
  helper.accessor('startedAt', { id: 'time', header: 'Time' }),
  helper.accessor('preview', { id: 'last', header: 'Last' }),
])

/**
 * Shared by head and rows. Sized by the table's own width: a narrow one drops columns that the inspector also
 * shows. `isGrouped` leaves the phase to the lines above each group.
 */
export function rowGrid(isGrouped: boolean): string {
  return isGrouped ? groupedGrid : wholeGrid
}

const shared = 'grid grid-cols-[6.5rem_minmax(0,1fr)_4.5rem] items-center gap-3 px-4 sm:px-5'
const wholeGrid = `${shared} @xl:grid-cols-[6.5rem_minmax(9rem,1fr)_6.5rem_6.5rem_4.5rem_4.75rem] @5xl:grid-cols-[6.5rem_minmax(9rem,1.2fr)_8rem_7rem_3rem_4.5rem_4.75rem_4rem_minmax(0,2fr)]`
const groupedGrid = `${shared} @xl:grid-cols-[6.5rem_minmax(9rem,1fr)_6.5rem_4.5rem_4.75rem] @5xl:grid-cols-[6.5rem_minmax(9rem,1.2fr)_7rem_3rem_4.5rem_4.75rem_4rem_minmax(0,2fr)]`

const middle = '@max-xl:hidden'
const wide = '@max-5xl:hidden'

/** Which columns a narrow table leaves out. */
export const narrowing: Readonly<Record<string, string>> = {
  phase: middle,
  model: middle,
  tokens: middle,
  turns: wide,
  time: wide,
  last: wide,
}
export const rightAligned: ReadonlySet<string> = new Set(['turns', 'tokens', 'cost', 'time'])
