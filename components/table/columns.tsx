import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import type { AgentState } from '@/lib/core/agent'

export const features = tableFeatures({})
const helper = createColumnHelper<typeof features, AgentState>()

/** Columns by name; the row draws them from its own live agent, so that one change repaints one row. */
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

/** Shared by head and rows; narrow screens drop what the inspector also shows. */
export const rowGrid =
  'grid grid-cols-[7rem_minmax(0,1fr)_4.5rem] items-center gap-3 px-4 sm:px-5 md:grid-cols-[7rem_minmax(9rem,1.3fr)_8rem_7rem_3.5rem_4.5rem_4.75rem_4.5rem_minmax(0,2fr)]'

export const wideOnly: ReadonlySet<string> = new Set(['phase', 'model', 'turns', 'tokens', 'time', 'last'])
export const rightAligned: ReadonlySet<string> = new Set(['turns', 'tokens', 'cost', 'time'])
