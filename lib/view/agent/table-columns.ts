import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'

/** Columns of the table of agents that can be left out, in their order; the agent's own always stands. */
export const agentColumnNames = [
  'state',
  'phase',
  'model',
  'turns',
  'tokens',
  'cost',
  'time',
  'last',
] as const
export type AgentColumn = (typeof agentColumnNames)[number]

/** What the columns are called. */
export const agentColumnLabels: Readonly<Record<AgentColumn, string>> = {
  state: 'State',
  phase: 'Phase',
  model: 'Model',
  turns: 'Turns',
  tokens: 'Tokens',
  cost: 'Cost',
  time: 'Time',
  last: 'Last',
}

const namesSchema = z.array(z.enum(agentColumnNames))

/** The columns that a browser keeps as shown; all of them where it keeps none, or what it keeps is none. */
export function readAgentColumns(text: string | null): AgentColumn[] {
  const kept = namesSchema.safeParse(text === null ? null : parseJson(text))
  return kept.success ? kept.data : [...agentColumnNames]
}

/**
 * Least widths of the table, in rem, from which on more columns have room. The container queries of its rows
 * say the same: `@xl`, `@3xl` and `@5xl`; the first is a small phone's.
 */
const widths = [22, 36, 48, 64] as const

/** How many times a table changes its columns by its width. */
export type WidthStep = 0 | 1 | 2 | 3
const steps: readonly WidthStep[] = [0, 1, 2, 3]

/** The table's two edges and the gap beside each column, in rem. */
const EDGES = 2.5
const GAP = 0.75

/** What a column needs at least, in rem, and its track of the grid. */
const measures: Readonly<Record<AgentColumn | 'agent', { least: number; track: string }>> = {
  state: { least: 6.5, track: '6.5rem' },
  agent: { least: 6, track: 'minmax(0,1.2fr)' },
  phase: { least: 6.5, track: 'minmax(6.5rem,8rem)' },
  model: { least: 6.5, track: 'minmax(6.5rem,7rem)' },
  turns: { least: 3, track: '3rem' },
  tokens: { least: 4.5, track: '4.5rem' },
  cost: { least: 4.75, track: '4.75rem' },
  time: { least: 4, track: '4rem' },
  last: { least: 10, track: 'minmax(0,2fr)' },
}

/** Which has room first: what the inspector says too, or nobody sorts by, comes last. */
const importance: readonly AgentColumn[] = [
  'state',
  'cost',
  'tokens',
  'model',
  'phase',
  'time',
  'turns',
  'last',
]

/** A column as it stands; a narrower table than `from` leaves it out. */
export type PlacedColumn = { id: AgentColumn | 'agent'; from: WidthStep }

/** Columns in their order, and for each width the tracks of those that have room: `grid-template-columns`. */
export type TableLayout = { columns: readonly PlacedColumn[]; tracks: readonly string[] }

/** Places the chosen columns. At its full width a table has room for all of them. */
export function tableLayout(chosen: readonly AgentColumn[]): TableLayout {
  const byImportance = importance.filter((id) => chosen.includes(id))
  const count = steps.map((step) => fitting(byImportance, widths[step]))
  const columns: PlacedColumn[] = inOrder.flatMap((id): PlacedColumn[] => {
    if (id === 'agent') return [{ id, from: 0 }]
    const at = byImportance.indexOf(id)
    const from = steps.find((step) => at < (count[step] ?? 0))
    return at < 0 || from === undefined ? [] : [{ id, from }]
  })
  const tracks = steps.map((step) =>
    columns
      .filter(({ from }) => from <= step)
      .map(({ id }) => measures[id].track)
      .join(' '),
  )
  return { columns, tracks }
}

const inOrder: readonly (AgentColumn | 'agent')[] = ['state', 'agent', ...agentColumnNames.slice(1)]

/** How many of these, in this order, have room in a width beside the agent. */
function fitting(ids: readonly AgentColumn[], rem: number): number {
  let left = rem - EDGES - measures.agent.least
  const over = ids.findIndex((id) => {
    left -= measures[id].least + GAP
    return left < 0
  })
  return over < 0 ? ids.length : over
}
